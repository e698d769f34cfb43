/** Statements that write, as data: those that wait together are sent as one. */
import { createHash } from 'node:crypto';
import type { Session, Sessions, Sql, Transaction } from './session.ts';

/**
 * `$1` … in the text stand for its values; `:unmoved` for what has to be so for it to write anything, and `:once` for a table
 * with one row if it is so, else with none.
 */
export interface Write {
  /** The same for the same text. */
  readonly name: string;
  readonly text: string;
  readonly values: readonly unknown[];
}

export function toWrite({ name, text }: Sql, values: readonly unknown[]): Write {
  return { name, text, values };
}

const joined = new Map<string, Sql>();

/**
 * Runs writes of which no two touch the same row; PostgreSQL carries them out in no certain order, and none sees what another
 * wrote. They take one round trip.
 */
export async function runTogether(session: Session, writes: readonly Write[]): Promise<void> {
  if (writes.length > 0) await session.run(join('together', writes), valuesOf(writes));
}

/** The same at the end of a transaction: it shares the round trip of COMMIT. */
export function sendTogether(transaction: Transaction, writes: readonly Write[]): void {
  if (writes.length > 0) transaction.send(join('together', writes), valuesOf(writes));
}

/**
 * The same as a transaction of its own, if the first of them, which gives back the row that it changed, changes one; else
 * nothing is written. False: it did not.
 */
export async function swapTogether(sessions: Sessions, writes: readonly Write[]): Promise<boolean> {
  return (await sessions.write(join('swap', writes), valuesOf(writes))) === 1;
}

function valuesOf(writes: readonly Write[]): unknown[] {
  return writes.flatMap(({ values }) => values);
}

const unmoved = { together: 'true', swap: 'EXISTS (SELECT FROM write_0)' } as const;
const once = { together: '(VALUES (1)) AS once', swap: 'write_0' } as const;
const answers = { together: 'SELECT 1', swap: 'SELECT FROM write_0' } as const;

function join(kind: 'together' | 'swap', writes: readonly Write[]): Sql {
  const key = `${kind} ${writes.map(({ name }) => name).join('+')}`;
  const known = joined.get(key);
  if (known) return known;
  let before = 0;
  const parts = writes.map(({ text, values }, index) => {
    const own = text
      .replaceAll(/\$(\d+)/g, (_all, number: string) => `$${before + Number(number)}`)
      .replaceAll(':unmoved', unmoved[kind])
      .replaceAll(':once', once[kind]);
    before += values.length;
    return `write_${index} AS (${own})`;
  });
  // PostgreSQL tells names apart by their first 63 bytes.
  const name = `${kind}_${createHash('sha256').update(key).digest('base64url').slice(0, 20)}`;
  const sql = { name, text: `WITH ${parts.join(', ')} ${answers[kind]}` };
  joined.set(key, sql);
  return sql;
}
