import { parseArgs } from 'node:util';

export const usage = `Usage: npm run bench -- [options]

  --only <name>        run this scenario; may be given several times
  --rounds <n>         how often each contender takes its turn (5; quick: 2)
  --quick              small lists, short slices, no peers: to see whether it works
  --entries <n>        the longest list of "growth" and "pg-growth" (10000000)
  --compare <file>     say what got slower than in this result
  --data <folder>      where databases are kept: on the disk to measure (./data)
  --out <folder>       where results go (bench/results)
  --list               name the scenarios
`;

export interface Options {
  readonly only: readonly string[];
  readonly rounds: number;
  readonly quick: boolean;
  readonly entries: number;
  readonly compare: string | undefined;
  readonly data: string;
  readonly out: string | undefined;
  readonly list: boolean;
}

/** Throws a sentence and the usage for what it cannot read. */
export function readOptions(args: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...args],
    options: {
      only: { type: 'string', multiple: true, default: [] },
      rounds: { type: 'string' },
      quick: { type: 'boolean', default: false },
      entries: { type: 'string', default: '10000000' },
      compare: { type: 'string' },
      data: { type: 'string', default: 'data' },
      out: { type: 'string' },
      list: { type: 'boolean', default: false },
    },
  });
  const { only, quick, data, list, compare, out } = values;
  const rounds = count('rounds', values.rounds ?? (quick ? '2' : '5'));
  const entries = count('entries', values.entries);
  return { only, rounds, quick, entries, compare, data, out, list };
}

function count(name: string, text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1) throw new Error(`--${name} must be a whole number from 1\n\n${usage}`);
  return value;
}
