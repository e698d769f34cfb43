/** Whether two tables hold the same rows. */
import { hash } from 'node:crypto';
import type { Readable } from './move-ends.ts';
import type { MovedRow, MovedTable } from './move-rows.ts';

export interface Digest {
  readonly rows: number;
  /** The sum of the rows' hashes modulo 2^256: it does not depend on the order in which an engine reads. */
  readonly sum: bigint;
}

const modulus = 1n << 256n;

/** By whose the rows are; an empty text stands for everybody. */
export async function digestsOf(
  end: Readable,
  table: MovedTable,
  progress: (rows: number) => void,
): Promise<ReadonlyMap<string, Digest>> {
  const digests = new Map<string, Digest>();
  const column = table.of === undefined ? -1 : Object.keys(table.columns).indexOf(table.of);
  let batch = await end.read(table, undefined);
  while (batch.after !== undefined) {
    for (const row of batch.rows) {
      const owner = String(row[column] ?? '');
      const { rows, sum } = digests.get(owner) ?? { rows: 0, sum: 0n };
      digests.set(owner, { rows: rows + 1, sum: (sum + hashOf(row)) % modulus });
    }
    progress(batch.rows.length);
    batch = await end.read(table, batch.after);
  }
  return digests;
}

export function total(digests: ReadonlyMap<string, Digest>): Digest {
  const all = [...digests.values()];
  return {
    rows: all.reduce((rows, digest) => rows + digest.rows, 0),
    sum: all.reduce((sum, digest) => (sum + digest.sum) % modulus, 0n),
  };
}

/** The owner, of those of either, whose rows are not the same. */
export function differing(one: ReadonlyMap<string, Digest>, other: ReadonlyMap<string, Digest>): string | undefined {
  return [...one.keys(), ...other.keys()].find((owner) => {
    const [here, there] = [one.get(owner), other.get(owner)];
    return here?.rows !== there?.rows || here?.sum !== there?.sum;
  });
}

/** Of every column that is moved, with its type. */
function hashOf(row: MovedRow): bigint {
  const values = row.map((value) =>
    value instanceof Uint8Array ? { bytes: Buffer.from(value).toString('hex') } : value,
  );
  return BigInt(`0x${hash('sha256', JSON.stringify(values), 'hex')}`);
}
