/** The charts of a result, as SVG: each floor with what was measured, throughputs side by side, and the growth. */
import { growthSizes, pgGrowthSizes } from '../floors.ts';
import { type FloorResult, findSummary, type Result, type ScenarioResult } from '../result.ts';
import { digits } from './markdown.ts';
import { bar, colours, line, path, svg, text } from './svg.ts';

const width = 860;
const left = 420;
const row = 24;

/** By name; a chart that nothing was measured for is left out. */
export function drawCharts(result: Result): ReadonlyMap<string, string> {
  const charts = {
    floors: drawFloors(result.floors),
    throughput: drawThroughput(result.scenarios),
    growth: drawGrowth(result.scenarios, 'growth', growthSizes),
    'growth-postgres': drawGrowth(result.scenarios, 'pg-growth', pgGrowthSizes),
  };
  return new Map(Object.entries(charts).filter((chart): chart is [string, string] => chart[1] !== undefined));
}

/** How many times better than its floor each is, on a logarithmic scale with the floor in the middle. */
function drawFloors(floors: readonly FloorResult[]): string | undefined {
  const measured = floors.flatMap(({ name, kind, floor, value, holds }) =>
    value ? [{ name, holds, times: kind === 'at least' ? value.median / floor : floor / value.median }] : [],
  );
  if (measured.length === 0) return undefined;
  const middle = left + (width - left) / 2;
  const most = Math.max(2, ...measured.map(({ times }) => Math.max(times, 1 / times)));
  const scale = (width - left - 100) / 2 / Math.log(most);
  const rows = measured.flatMap(({ name, holds, times }, index) => {
    const y = 40 + index * row;
    const end = middle + Math.log(times) * scale;
    const beyond = times >= 1 ? end + 6 : end - 6;
    return [
      text(left - 10, y + 13, name, 'end'),
      bar(Math.min(middle, end), y, Math.abs(end - middle), row - 8, holds ? colours[1] : colours[4]),
      text(beyond, y + 13, `${digits(times)}×`, times >= 1 ? 'start' : 'end'),
    ];
  });
  const height = 50 + measured.length * row;
  const title = 'How many times better than its floor (right) or worse (left)';
  return svg(width, height, title, [text(left, 20, title), ...rows, line(middle, 30, middle, height - 10)]);
}

/** Requests a second of each contender, with the smallest and the largest round; each scenario has its own scale. */
function drawThroughput(scenarios: readonly ScenarioResult[]): string | undefined {
  const shown = scenarios.filter(({ name }) => ['list', 'check', 'block-one', 'block-thousand'].includes(name));
  const parts: string[] = [];
  let y = 20;
  for (const { name, contenders } of shown) {
    const rates = contenders.flatMap(({ name, summary: { rate } }) => (rate ? [{ name, rate }] : []));
    const most = Math.max(...rates.map(({ rate }) => rate.max));
    const scale = (width - left - 90) / most;
    parts.push(text(10, y, `${name}, requests a second`));
    y += 8;
    for (const [index, { name, rate }] of rates.entries()) {
      const middle = y + (row - 8) / 2;
      parts.push(
        text(left - 10, middle + 4, name, 'end'),
        bar(left, y, rate.median * scale, row - 8, colours[index === 0 ? 0 : 2]),
        line(left + rate.min * scale, middle, left + rate.max * scale, middle),
        text(left + rate.max * scale + 6, middle + 4, digits(rate.median)),
      );
      y += row;
    }
    y += 24;
  }
  return parts.length === 0 ? undefined : svg(width, y, 'Throughput', parts);
}

/** Throughput at each size over that at the smallest. */
function drawGrowth(
  scenarios: readonly ScenarioResult[],
  scenario: string,
  sizes: readonly number[],
): string | undefined {
  const [first = 1] = sizes;
  const [top, bottom, right] = [40, 240, width - 130];
  const x = (size: number) => 60 + (Math.log(size / first) / Math.log((sizes.at(-1) ?? first) / first)) * (right - 60);
  const lines = ['check', 'list', 'block'].flatMap((what) => {
    const rates = sizes.flatMap((size) => {
      const rate = findSummary(scenarios, scenario, `${what} ${size}`, 'rate')?.median;
      return rate === undefined ? [] : [{ size, rate }];
    });
    const base = rates[0]?.rate;
    return base === undefined ? [] : [{ what, points: rates.map(({ size, rate }) => [size, rate / base] as const) }];
  });
  if (lines.length === 0) return undefined;
  const most = Math.max(1.2, ...lines.flatMap(({ points }) => points.map(([, ratio]) => ratio)));
  const y = (ratio: number) => bottom - (ratio / most) * (bottom - top);
  const axes = [
    line(60, bottom, right, bottom),
    ...sizes.map((size) => text(x(size), bottom + 20, size.toLocaleString('en'), 'middle')),
    ...[0, 0.8, 1].flatMap((ratio) => [
      line(60, y(ratio), right, y(ratio), undefined, 0.5),
      text(50, y(ratio) + 4, `${ratio}`, 'end'),
    ]),
  ];
  const curves = lines.flatMap(({ what, points }, index) => {
    const drawn = points.map(([size, ratio]) => [x(size), y(ratio)] as const);
    const colour = colours[index] ?? colours[0];
    const dots = drawn.map(([dotX, dotY]) => bar(dotX - 3, dotY - 3, 6, 6, colour));
    return [
      path(drawn, colour),
      ...dots,
      bar(right + 12, top + index * row, 10, 10, colour),
      text(right + 28, top + index * row + 10, `${what} ${digits(points.at(-1)?.[1] ?? 0)}`),
    ];
  });
  const engine = scenario === 'growth' ? 'SQLite' : 'PostgreSQL';
  const title = `Throughput against that with 10,000 entries, by entries in the list (${engine})`;
  return svg(width, bottom + 40, title, [text(60, 20, title), ...axes, ...curves]);
}
