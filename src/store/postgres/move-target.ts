import type { Filled, MoveTarget } from '../move-ends.ts';
import { movedTables } from '../move-rows.ts';
import { UpkeepError } from '../upkeep-error.ts';
import { filling } from './migrate.ts';
import { migrations } from './migrations/index.ts';
import { insertionOf } from './move-columns.ts';
import { openToMove } from './move-database.ts';
import { readingFrom } from './move-reading.ts';
import type { Session, Sql } from './session.ts';

interface FilledRow extends Filled {
  readonly name: string;
}

export async function openPostgresTarget(url: string): Promise<MoveTarget> {
  const { sessions, place } = await openToMove(url, true);
  const reading = readingFrom(sessions);
  return {
    place,
    ...reading,
    begin: async (source) => {
      if (await sessions.read(isBegun)) {
        return goOn(await sessions.read((session) => session.query<FilledRow>(allFilled)), place, source);
      }
      await checkIsEmpty();
      await sessions.transaction(async (session) => {
        await session.run(makeFilled);
        await session.run(addBegun, [migrations.length, source]);
        await session.run(setLeavesWorking, [filling]);
      });
      return new Map();
    },
    write: (table, rows, { before, after }) =>
      sessions.transaction(async (session) => {
        const kept = await session.run(keepFilled, [table.name, before + rows.length, after, before]);
        if (kept === 0) throw new UpkeepError(`Another process fills the database ${place}.`);
        const columns = Object.keys(table.columns).map((_column, index) => rows.map((row) => row[index]));
        session.send(unnamed(insertionOf(table)), columns);
      }),
    finish: async () => {
      await sessions.transaction(async (session) => {
        // What is planned first is planned well.
        for (const { name } of movedTables) if (name !== 'delivery_seq') session.send(unnamed(`ANALYZE ${name}`));
        session.send(setHeldSeq);
        session.send(unnamed('DROP TABLE filled'));
        session.send(setLeavesWorking, [migrations.at(-1)?.leavesWorking]);
      });
    },
    [Symbol.asyncDispose]: () => sessions.close(),
  };

  async function checkIsEmpty(): Promise<void> {
    for (const table of movedTables) {
      const isEmpty =
        table.name === 'installation' ? !(await sessions.read(hasAdminKey)) : (await reading.count(table)) === 0;
      if (!isEmpty) throw new UpkeepError(`The database ${place} is not empty.`);
    }
  }
}

function unnamed(text: string): Sql {
  return { name: '', text };
}

const makeFilled = unnamed('CREATE TABLE filled (name text PRIMARY KEY, rows bigint NOT NULL, after text NOT NULL)');
const addBegun = unnamed("INSERT INTO filled VALUES ('', $1, $2)");
const setLeavesWorking = unnamed('UPDATE gatehouse_schema SET leaves_working = $1 WHERE id = 1');
const allFilled = unnamed('SELECT name, rows, after FROM filled ORDER BY name COLLATE "C"');
const keepFilled = unnamed(`INSERT INTO filled VALUES ($1, $2, $3)
  ON CONFLICT (name) DO UPDATE SET rows = excluded.rows, after = excluded.after WHERE filled.rows = $4`);
const setHeldSeq = unnamed("SELECT setval('held_seq', max(seq)) FROM held HAVING max(seq) IS NOT NULL");
const leavesWorking = unnamed('SELECT 1 FROM gatehouse_schema WHERE leaves_working = $1');
const adminKey = unnamed('SELECT 1 FROM installation WHERE admin_key_hash IS NOT NULL');

async function isBegun(session: Session): Promise<boolean> {
  return (await session.query(leavesWorking, [filling])).length > 0;
}

async function hasAdminKey(session: Session): Promise<boolean> {
  return (await session.query(adminKey)).length > 0;
}

function goOn([begun, ...rows]: readonly FilledRow[], place: string, source: string): ReadonlyMap<string, Filled> {
  if (begun?.rows !== migrations.length || begun.after !== source) {
    throw new UpkeepError(`The database ${place} is being filled from another database, or by another release.`);
  }
  return new Map(rows.map(({ name, ...filled }) => [name, filled]));
}
