/** `npm run bench`: every contender of every scenario takes a slice in each round, so that all see the same weather. */
import { mkdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { Bench } from './bench.ts';
import { compare } from './compare.ts';
import { judgeFloors } from './floors.ts';
import { describeCommit, describeMachine, describeVersions } from './machine.ts';
import { type Options, readOptions, usage } from './options.ts';
import { renderFloors } from './report/markdown.ts';
import { writeReport } from './report/write.ts';
import type { Result } from './result.ts';
import { playRounds } from './rounds.ts';
import { scenarios } from './scenarios/index.ts';

const results = path.join(import.meta.dirname, 'results');

// Servers and databases go when the process exits, but a signal alone would skip that.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));
process.exitCode = await main();

async function main(): Promise<number> {
  try {
    const options = readOptions(process.argv.slice(2));
    if (options.list) {
      for (const { name, title } of scenarios) console.log(`${name.padEnd(16)} ${title}`);
      return 0;
    }
    const before: Result | undefined = options.compare && JSON.parse(readFileSync(options.compare, 'utf8'));
    const result = await run(options);
    const file = writeReport(result, options.out ?? results, { latest: options.only.length === 0 && !options.quick });
    console.log(`\n${renderFloors(result.floors)}\n\nKept in ${file}`);
    if (before) console.log(`\n${compare(before, result)}`);
    return 0;
  } catch (error) {
    const { code, message, stack } = error as NodeJS.ErrnoException;
    console.error(code?.startsWith('ERR_PARSE_ARGS') ? `${message}\n\n${usage}` : stack);
    return 1;
  }
}

async function run({ only, rounds, quick, entries, data }: Options): Promise<Result> {
  const unknown = only.filter((name) => !scenarios.some((scenario) => scenario.name === name));
  if (unknown.length > 0) throw new Error(`no scenario is called ${unknown.join(', ')}; --list names them`);
  const chosen = only.length === 0 ? scenarios : scenarios.filter(({ name }) => only.includes(name));
  mkdirSync(data, { recursive: true });
  const machine = describeMachine(data);
  await using bench = new Bench({ data, quick, entries });
  const played = await playRounds(bench, chosen, rounds);
  return {
    date: new Date().toISOString(),
    commit: describeCommit(),
    rounds,
    quick,
    versions: describeVersions(),
    machine,
    scenarios: played,
    floors: judgeFloors(played),
  };
}
