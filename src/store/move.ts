/** Brings all that a store holds into an empty one, whatever the engines. */
import { hash } from 'node:crypto';
import type { MoveSource, MoveTarget } from './move-ends.ts';
import { differing, digestsOf, total } from './move-hash.ts';
import { type MovedTable, movedTables } from './move-rows.ts';
import { type Progress, UpkeepError } from './upkeep-error.ts';

export interface MovedCount {
  readonly table: string;
  readonly rows: number;
  /** To whom the rows belong: the numbers, of most tables. */
  readonly owners: number;
  /** The sum of the rows' SHA-256, of all of their columns, in hexadecimal. */
  readonly hash: string;
}

export interface Moved {
  readonly tables: readonly MovedCount[];
  /** What was not copied, a sentence each. */
  readonly notes: readonly string[];
}

/**
 * Goes on where an earlier run ended. Only when both were read again and are the same, table by table and number by number, the
 * target is released to servers.
 */
export async function move(source: MoveSource, target: MoveTarget, progress: Progress): Promise<Moved> {
  const filled = await target.begin(await idOf(source));
  const steps = new Steps(progress);
  for (const table of movedTables) steps.total += await source.count(table);
  for (const table of movedTables) {
    let { rows, after } = filled.get(table.name) ?? { rows: 0, after: undefined };
    steps.add('copying', rows);
    for (
      let batch = await source.read(table, after);
      batch.after !== undefined;
      batch = await source.read(table, after)
    ) {
      await target.write(table, batch.rows, { before: rows, after: batch.after });
      rows += batch.rows.length;
      after = batch.after;
      steps.add('copying', batch.rows.length);
    }
  }
  const tables: MovedCount[] = [];
  for (const table of movedTables) tables.push(await compare(source, target, table, steps));
  await source.checkIsQuiet();
  await target.finish();
  return { tables, notes: await source.notes() };
}

/** An installation is known by its secret. */
async function idOf(source: MoveSource): Promise<string> {
  const [installation] = movedTables;
  const [row] = installation ? (await source.read(installation, undefined)).rows : [];
  const secret = row?.[1];
  if (!(secret instanceof Uint8Array)) throw new UpkeepError(`The database ${source.place} is empty.`);
  return hash('sha256', secret);
}

async function compare(source: MoveSource, target: MoveTarget, table: MovedTable, steps: Steps): Promise<MovedCount> {
  const there = await digestsOf(source, table, (rows) => steps.add('comparing', rows));
  const here = await digestsOf(target, table, () => {});
  const owner = differing(there, here);
  if (owner !== undefined) {
    const whose = owner === '' ? '' : ` of ${owner}`;
    throw new UpkeepError(
      `The table ${table.name} is not the same in both databases: ${rowsOf(there, owner)} rows${whose} in ${source.place}, ${rowsOf(here, owner)} in ${target.place}. Was a server started on the former meanwhile? Begin again with another, empty database.`,
    );
  }
  const { rows, sum } = total(there);
  return { table: table.name, rows, owners: there.size, hash: sum.toString(16).padStart(64, '0') };
}

function rowsOf(digests: Awaited<ReturnType<typeof digestsOf>>, owner: string): number {
  return digests.get(owner)?.rows ?? 0;
}

/** Counts rows by what is done to them. */
class Steps {
  total = 0;
  readonly #progress: Progress;
  readonly #done = new Map<string, number>();

  constructor(progress: Progress) {
    this.#progress = progress;
  }

  add(step: string, rows: number): void {
    const done = (this.#done.get(step) ?? 0) + rows;
    this.#done.set(step, done);
    this.#progress(step, done, this.total);
  }
}
