/** Says what became slower or larger since another result, and how sure that is. */
import { digits } from './report/markdown.ts';
import type { Result, Summary } from './result.ts';
import { type Metric, metrics } from './sample.ts';

/** What is less than this is not worth a word, however sure. */
const worthTelling = 0.05;

interface Difference {
  readonly what: string;
  /** How many times as good as before: less than 1 is worse. */
  readonly ratio: Summary;
}

/** A difference counts if the worst of the better run still beats the best of the other: the spreads do not overlap. */
export function compare(before: Result, after: Result): string {
  const differences = findDifferences(before, after);
  const worse = differences.filter(({ ratio }) => ratio.max < 1 && ratio.median < 1 - worthTelling);
  const better = differences.filter(({ ratio }) => ratio.min > 1 && ratio.median > 1 + worthTelling);
  const rest = differences.length - worse.length - better.length;
  return [
    `Against ${before.commit} of ${before.date.slice(0, 10)} (how many times as good; bounds from the spread of both):`,
    ...warnings(before, after),
    ...section('Slower or larger', worse),
    ...section('Faster or smaller', better),
    `${rest} of ${differences.length} measurements differ by no more than their spread.`,
  ].join('\n');
}

function findDifferences(before: Result, after: Result): Difference[] {
  return after.scenarios.flatMap((scenario) =>
    scenario.contenders.flatMap((contender) => {
      const old = before.scenarios
        .find(({ name }) => name === scenario.name)
        ?.contenders.find(({ name }) => name === contender.name);
      return (Object.keys(metrics) as Metric[]).flatMap((metric) => {
        const [was, is] = [old?.summary[metric], contender.summary[metric]];
        if (!was || !is) return [];
        return [{ what: `${scenario.name}, ${contender.name}: ${metric}`, ratio: goodness(metric, was, is) }];
      });
    }),
  );
}

function goodness(metric: Metric, was: Summary, is: Summary): Summary {
  const [better, worse] = metrics[metric].better === 'more' ? [is, was] : [was, is];
  return { median: better.median / worse.median, min: better.min / worse.max, max: better.max / worse.min };
}

function section(title: string, differences: readonly Difference[]): string[] {
  if (differences.length === 0) return [`${title}: nothing.`];
  const lines = differences.map(
    ({ what, ratio: { median, min, max } }) => `  ${what} ×${digits(median)} (${digits(min)} – ${digits(max)})`,
  );
  return [`${title}:`, ...lines];
}

/** What makes two results hard to compare. */
function warnings(before: Result, after: Result): string[] {
  const facts = ['cpu', 'cores', 'file_system'].filter((fact) => before.machine[fact] !== after.machine[fact]);
  return [
    ...(facts.length > 0 ? [`These are two machines: they differ in ${facts.join(', ')}.`] : []),
    ...(before.quick !== after.quick ? ['One of them is a quick run.'] : []),
    ...(before.rounds < 3 || after.rounds < 3 ? ['Fewer than three rounds: their spread says little.'] : []),
  ];
}
