import type { Bench } from './bench.ts';
import type { Sample } from './sample.ts';

/** One of those who are compared in a scenario: each takes its slice in every round. */
export interface Contender {
  readonly name: string;
  slice(): Promise<Sample | readonly Sample[]>;
}

export interface Skipped {
  readonly skipped: string;
}

export interface Scenario {
  readonly name: string;
  /** What is measured, in a sentence. */
  readonly title: string;
  /** Makes ready what the slices need; what it starts ends with the bench. */
  open(bench: Bench): Promise<readonly Contender[] | Skipped>;
}
