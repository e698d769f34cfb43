/** What a run leaves behind, as it is kept in bench/results. */
import type { Metric, Sample } from './sample.ts';

export interface Result {
  readonly date: string;
  readonly commit: string;
  readonly rounds: number;
  readonly quick: boolean;
  readonly versions: Readonly<Record<string, string>>;
  readonly machine: Readonly<Record<string, string | number>>;
  readonly scenarios: readonly ScenarioResult[];
  readonly floors: readonly FloorResult[];
}

export interface ScenarioResult {
  readonly name: string;
  readonly title: string;
  /** Why it did not run. */
  readonly skipped?: string;
  readonly contenders: readonly ContenderResult[];
}

export interface ContenderResult {
  readonly name: string;
  /** In the order in which they were measured. */
  readonly samples: readonly Sample[];
  readonly summary: Readonly<Partial<Record<Metric, Summary>>>;
}

export interface FloorResult {
  readonly name: string;
  readonly kind: 'at least' | 'at most' | 'below';
  readonly floor: number;
  readonly unit: string;
  /** Absent: not measured in this run. */
  readonly value?: Summary;
  readonly holds?: boolean;
  /** The same ratio of the servers' processor time a request: it leaves out waiting, and what neighbours take. */
  readonly byCpu?: Summary;
}

export interface Summary {
  readonly median: number;
  readonly min: number;
  readonly max: number;
}

export function summarize(values: readonly number[]): Summary {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  const median = ((sorted[Math.ceil(middle) - 1] ?? Number.NaN) + (sorted[Math.floor(middle)] ?? Number.NaN)) / 2;
  return { median, min: sorted[0] ?? Number.NaN, max: sorted.at(-1) ?? Number.NaN };
}

export function findSamples(
  scenarios: readonly ScenarioResult[],
  scenario: string,
  contender: string,
): readonly Sample[] {
  const found = scenarios.find(({ name }) => name === scenario);
  return found?.contenders.find(({ name }) => name === contender)?.samples ?? [];
}

export function findSummary(
  scenarios: readonly ScenarioResult[],
  scenario: string,
  contender: string,
  metric: Metric,
): Summary | undefined {
  const found = scenarios.find(({ name }) => name === scenario);
  return found?.contenders.find(({ name }) => name === contender)?.summary[metric];
}
