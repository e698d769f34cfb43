import type { ContenderResult, FloorResult, Result, ScenarioResult, Summary } from '../result.ts';
import { type Metric, metrics } from '../sample.ts';

/** The whole report; `charts` are names of files beside it. */
export function renderReport(result: Result, charts: readonly string[]): string {
  const { date, commit, rounds, quick, versions, machine, scenarios, floors } = result;
  const facts = Object.entries({ ...versions, ...machine }).map(
    ([name, value]) => `${name.replaceAll('_', ' ')} ${value}`,
  );
  return `# Benchmark of ${date.slice(0, 10)}, commit ${commit}

${quick ? '**A quick run: small lists, short slices. Its numbers mean nothing.**\n\n' : ''}Medians of ${rounds} interleaved rounds, smallest and largest in brackets. ${facts.join(' · ')}.
What these numbers do not show: [bench/README.md](../README.md#what-the-numbers-do-not-show).

## Floors

${renderFloors(floors)}

${charts.map((chart) => `![${chart.replace(/.*-(\w+)\.svg$/, '$1')}](${chart})`).join('\n\n')}
${scenarios.map(renderScenario).join('')}`;
}

/** Which floors hold. */
export function renderFloors(floors: readonly FloorResult[]): string {
  const rows = floors.map(({ name, kind, floor, unit, value, holds, byCpu }) => [
    name,
    `${kind} ${floor}${unit === '×' ? '×' : ` ${unit}`}`,
    value ? shown(value) : '–',
    byCpu ? shown(byCpu) : '',
    holds === undefined ? 'not measured' : holds ? 'holds' : '**does not hold**',
  ]);
  return table(['what', 'floor', 'measured', 'by processor time', ''], rows);
}

function renderScenario({ name, title, skipped, contenders }: ScenarioResult): string {
  const head = `\n## ${name}\n\n${title}.\n\n`;
  if (skipped !== undefined) return `${head}Skipped: ${skipped}.\n`;
  const used = (Object.keys(metrics) as Metric[]).filter((metric) => contenders.some(({ summary }) => summary[metric]));
  const titles = used.map((metric) => `${metric} (${metrics[metric].unit})`);
  const rows = contenders.map((contender) => [contender.name, ...used.map((metric) => cell(contender, metric))]);
  return `${head}${table(['', ...titles], rows)}\n`;
}

function cell({ summary }: ContenderResult, metric: Metric): string {
  const found = summary[metric];
  return found ? shown(found) : '';
}

function shown({ median, min, max }: Summary): string {
  return `${digits(median)} (${digits(min)} – ${digits(max)})`;
}

/** Three digits that count. */
export function digits(value: number): string {
  return value >= 100 ? Math.round(value).toLocaleString('en') : String(Number(value.toPrecision(3)));
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map((_, index) => (index === 0 ? '---' : '---:'))), ...rows.map(line)].join('\n');
}
