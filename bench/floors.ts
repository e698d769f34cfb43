/** What the benchmark should show: one line per floor. A floor that does not hold is told, and is no failure. */
import { type FloorResult, findSamples, type ScenarioResult, type Summary, summarize } from './result.ts';
import type { Metric } from './sample.ts';

/** What a floor is about: a number as it was measured, or how many times that of another contender it is. */
interface Asked {
  readonly scenario: string;
  readonly contender: string;
  readonly metric: Metric;
  readonly against?: { readonly scenario?: string; readonly contender: string };
}

export interface Floor {
  readonly name: string;
  readonly kind: FloorResult['kind'];
  readonly floor: number;
  readonly unit?: string;
  readonly asked: Asked;
}

export const growthSizes = [10_000, 100_000, 1_000_000, 5_000_000] as const;
export const pgGrowthSizes = [10_000, 100_000, 1_000_000, 10_000_000] as const;

/** Scenario, contender, metric, and the contender to divide by. */
function ratio(scenario: string, contender: string, metric: Metric, by: string, byScenario = scenario): Asked {
  return { scenario, contender, metric, against: { scenario: byScenario, contender: by } };
}

const own = 'gatehouse';

export const floors: readonly Floor[] = [
  least('list against bare node:http', 0.25, ratio('list', own, 'rate', 'bare node:http')),
  least('check against bare node:http', 0.6, ratio('check', own, 'rate', 'bare node:http')),
  least('block of one against store off', 0.45, ratio('block-one', own, 'rate', 'store off')),
  least(
    'block of one against one transaction a request',
    5,
    ratio('block-one', own, 'rate', 'one transaction a request'),
  ),
  least('block of 1,000 against store off', 0.08, ratio('block-thousand', own, 'rate', 'store off')),
  least('list against prism', 5, ratio('list', own, 'rate', 'prism')),
  least('durable block of one against prism', 6, ratio('block-one', own, 'rate', 'prism')),
  ...['pass-get', 'pass-post'].flatMap((scenario, index) => [
    least(`${scenario} against nginx`, index === 0 ? 0.35 : 0.22, ratio(scenario, own, 'rate', 'nginx')),
    least(`${scenario} against @fastify/http-proxy`, 1.2, ratio(scenario, own, 'rate', '@fastify/http-proxy')),
  ]),
  least('send against the same without its block check', 0.9, ratio('send', own, 'rate', 'check off')),
  ...['intake', 'intake-crowd'].map((scenario) =>
    least(
      `${scenario} against one transaction a request`,
      4,
      ratio(scenario, own, 'rate', 'one transaction a request'),
    ),
  ),
  ...['refuses', 'hangs'].map((does) =>
    most(
      `intake, an app that ${does}: p99 of the 200 against a live one`,
      1.5,
      ratio('intake-dead-app', `app ${does}`, 'p99', 'live app'),
    ),
  ),
  ...(['live app', 'app hangs'] as const).map((contender) =>
    most(`intake memory, ${contender}: the last 200 s of ten minutes against those before`, 1.1, {
      scenario: 'intake-memory',
      contender,
      metric: 'growth',
    }),
  ),
  least('start: prism’s time against ours', 4, ratio('start', 'prism', 'start', own)),
  below('idle memory against prism', 1, ratio('start', own, 'memory', 'prism')),
  below('idle memory against mockoon', 1, ratio('start', own, 'memory', 'mockoon')),
  most(
    'slow disk: p99 of reads beside 1,000 writes/s against without',
    3,
    ratio('slow-disk', 'with writes', 'p99', 'without writes'),
  ),
  {
    ...least('slow disk: writes that got through beside them', 950, {
      scenario: 'slow-disk',
      contender: 'with writes',
      metric: 'writes',
    }),
    unit: '/s',
  },
  ...growthFloors('growth', growthSizes, ''),
  ...growthFloors('pg-growth', pgGrowthSizes, 'PostgreSQL: '),
  ...(
    [
      ['block of one, one number', 'pg-block-hot', 1.5],
      ['block of one, 1,000 numbers', 'pg-block-many', 0.5],
      ['block of 1,000', 'pg-block-thousand', 0.5],
      ['check in process', 'pg-check', 1.5],
    ] as const
  ).map(([what, scenario, floor]) =>
    least(`PostgreSQL: ${what} against pgbench`, floor, ratio(scenario, own, 'rate', 'pgbench')),
  ),
  {
    ...most('start with 5,000,000 entries', 2000, { scenario: 'growth', contender: 'start 5000000', metric: 'start' }),
    unit: 'ms',
  },
  { ...most('cold start', 250, { scenario: 'start', contender: own, metric: 'start' }), unit: 'ms' },
  { ...most('idle memory', 110, { scenario: 'start', contender: own, metric: 'memory' }), unit: 'MiB' },
  most(
    '10,000 idle or slow connections: p99 of others against without',
    2,
    ratio('connections', 'with', 'p99', 'without'),
  ),
];

function growthFloors(scenario: string, sizes: readonly number[], before: string): Floor[] {
  return ['block', 'check', 'list'].flatMap((what) =>
    sizes
      .slice(1)
      .map((size) =>
        least(
          `${before}${what} with ${size.toLocaleString('en')} entries against 10,000`,
          0.8,
          ratio(scenario, `${what} ${size}`, 'rate', `${what} ${sizes[0]}`),
        ),
      ),
  );
}

function least(name: string, floor: number, asked: Asked): Floor {
  return { name, kind: 'at least', floor, asked };
}

function most(name: string, floor: number, asked: Asked): Floor {
  return { name, kind: 'at most', floor, asked };
}

function below(name: string, floor: number, asked: Asked): Floor {
  return { name, kind: 'below', floor, asked };
}

/** Those of the scenarios that were played. */
export function judgeFloors(scenarios: readonly ScenarioResult[]): FloorResult[] {
  const played = floors.filter(({ asked }) => scenarios.some(({ name }) => name === asked.scenario));
  return played.map(({ name, kind, floor, unit = '×', asked }) => {
    const value = measure(scenarios, asked);
    const byCpu = asked.against && asked.metric === 'rate' ? measureCpu(scenarios, asked, asked.against) : undefined;
    const judged = value && { value, holds: holds(kind, value.median, floor) };
    return { name, kind, floor, unit, ...judged, ...(byCpu && { byCpu }) };
  });
}

function measure(scenarios: readonly ScenarioResult[], asked: Asked): Summary | undefined {
  const { scenario, contender, metric, against } = asked;
  const values = valuesOf(scenarios, scenario, contender, metric);
  if (!against) return values.length > 0 ? summarize(values) : undefined;
  return ratiosOf(values, valuesOf(scenarios, against.scenario ?? scenario, against.contender, metric));
}

/** Less time is more throughput. */
function measureCpu(
  scenarios: readonly ScenarioResult[],
  { scenario, contender }: Asked,
  against: NonNullable<Asked['against']>,
): Summary | undefined {
  const others = valuesOf(scenarios, against.scenario ?? scenario, against.contender, 'cpu');
  return ratiosOf(others, valuesOf(scenarios, scenario, contender, 'cpu'));
}

/** Ratios are of the same round, as the machine was much the same then. */
function ratiosOf(values: readonly number[], others: readonly number[]): Summary | undefined {
  const ratios = values.slice(0, others.length).map((value, index) => value / (others[index] ?? Number.NaN));
  return ratios.length > 0 ? summarize(ratios) : undefined;
}

function valuesOf(scenarios: readonly ScenarioResult[], scenario: string, contender: string, metric: Metric): number[] {
  return findSamples(scenarios, scenario, contender).flatMap((sample) => sample[metric] ?? []);
}

function holds(kind: FloorResult['kind'], value: number, floor: number): boolean {
  switch (kind) {
    case 'at least':
      return value >= floor;
    case 'at most':
      return value <= floor;
    case 'below':
      return value < floor;
    default:
      return kind satisfies never;
  }
}
