import type { Bench } from './bench.ts';
import { type ContenderResult, type ScenarioResult, summarize } from './result.ts';
import { type Metric, metrics, type Sample } from './sample.ts';
import type { Contender, Scenario } from './scenario.ts';

interface Playing {
  readonly scenario: Scenario;
  readonly skipped?: string;
  readonly contenders: readonly { readonly contender: Contender; readonly samples: Sample[] }[];
}

/**
 * Opens all scenarios, then plays round after round; what the first, number 0, measures is forgotten, as it meets cold
 * code. Tells on the way what was measured.
 */
export async function playRounds(
  bench: Bench,
  scenarios: readonly Scenario[],
  rounds: number,
): Promise<ScenarioResult[]> {
  const playing: Playing[] = [];
  for (const scenario of scenarios) playing.push(await open(bench, scenario));
  for (let round = 0; round <= rounds; round += 1) {
    for (const { scenario, contenders } of playing) {
      for (const { contender, samples } of turned(contenders, round)) {
        const taken = [await contender.slice()].flat();
        if (round > 0) samples.push(...taken);
        console.log(`${round}/${rounds} ${scenario.name.padEnd(15)} ${contender.name.padEnd(26)} ${show(taken)}`);
      }
    }
  }
  return playing.map(({ scenario: { name, title }, skipped, contenders }) => ({
    name,
    title,
    ...(skipped !== undefined && { skipped }),
    contenders: contenders.map(({ contender, samples }) => toResult(contender.name, samples)),
  }));
}

async function open(bench: Bench, scenario: Scenario): Promise<Playing> {
  console.log(`– ${scenario.name}: ${scenario.title}`);
  const opened = await scenario.open(bench);
  if ('skipped' in opened) {
    console.log(`  skipped: ${opened.skipped}`);
    return { scenario, skipped: opened.skipped, contenders: [] };
  }
  return { scenario, contenders: opened.map((contender) => ({ contender, samples: [] })) };
}

/** Another one begins each round: who comes first finds the machine otherwise than who comes last. */
function turned<Item>(items: readonly Item[], by: number): Item[] {
  const cut = items.length === 0 ? 0 : by % items.length;
  return [...items.slice(cut), ...items.slice(0, cut)];
}

function toResult(name: string, samples: readonly Sample[]): ContenderResult {
  const names = Object.keys(metrics) as Metric[];
  const summaries = names.flatMap((metric) => {
    const values = samples.flatMap((sample) => sample[metric] ?? []);
    return values.length > 0 ? [[metric, summarize(values)] as const] : [];
  });
  return { name, samples, summary: Object.fromEntries(summaries) };
}

function show(samples: readonly Sample[]): string {
  return samples
    .map((sample) =>
      Object.entries(sample)
        .map(
          ([metric, value]) => `${metric} ${value.toFixed(metric === 'rate' ? 0 : 2)}${metrics[metric as Metric].unit}`,
        )
        .join('  '),
    )
    .join(' | ');
}
