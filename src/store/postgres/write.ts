/** Statements that write, as data: those that wait together are sent as one. */
import { createHash } from 'node:crypto';
import type { Session, Sql, Transaction } from './session.ts';

/** `$1` … in the text stand for its values. */
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
  const all = together(writes);
  if (all) await session.run(all, all.values);
}

/** The same at the end of a transaction: it shares the round trip of COMMIT. */
export function sendTogether(transaction: Transaction, writes: readonly Write[]): void {
  const all = together(writes);
  if (all) transaction.send(all, all.values);
}

function together(writes: readonly Write[]): Write | undefined {
  if (writes.length <= 1) return writes[0];
  return toWrite(
    join(writes),
    writes.flatMap(({ values }) => values),
  );
}

function join(writes: readonly Write[]): Sql {
  const key = writes.map(({ name }) => name).join('+');
  const known = joined.get(key);
  if (known) return known;
  let before = 0;
  const parts = writes.map(({ text, values }, index) => {
    const own = text.replaceAll(/\$(\d+)/g, (_all, number: string) => `$${before + Number(number)}`);
    before += values.length;
    return `write_${index} AS (${own})`;
  });
  // PostgreSQL tells names apart by their first 63 bytes.
  const name = `together_${createHash('sha256').update(key).digest('base64url').slice(0, 20)}`;
  const sql = { name, text: `WITH ${parts.join(', ')} SELECT 1` };
  joined.set(key, sql);
  return sql;
}
