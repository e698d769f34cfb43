/** What was taken in of late: a provider repeats what was not confirmed, and sometimes what was. */
import { hash } from 'node:crypto';
import type { Intake } from '../../core/ports.ts';
import { itemsOf, partsOf, type WebhookItem, type WebhookPart } from '../../core/webhook.ts';
import type { SeenTable } from '../changes/tables.ts';
import type { Session } from './session.ts';
import { WorkingRows } from './working-rows.ts';
import type { Needs, WorkingContext } from './working-table.ts';
import { toWrite, type Write } from './write.ts';

/** Of a SHA-256: two ids that share so many bytes will not be met. */
const keyBytes = 16;

interface SeenRow {
  readonly scope: string;
  readonly key: Buffer;
  readonly at: number;
}

type ScopeOf = (from: Intake['from'], part: WebhookPart) => string;

export class WorkingSeen implements SeenTable {
  readonly #rows: WorkingRows<string, SeenRow>;

  constructor({ journal }: WorkingContext) {
    this.#rows = new WorkingRows('whether was taken in', journal);
  }

  /** `scopeOf` tells within what the ids of a part are unique. */
  async load(session: Session, needs: readonly Needs[], scopeOf: ScopeOf): Promise<void> {
    const asked = new Map(needs.flatMap((one) => askedBy(one, scopeOf)).map((one) => [nameOf(one), one]));
    const values = [...asked.values()];
    if (values.length === 0) return;
    const rows = await session.query<SeenRow>(readSql, [
      values.map(({ scope }) => scope),
      values.map(({ key }) => key),
    ]);
    for (const row of rows) this.#rows.load(nameOf(row), row);
    for (const name of asked.keys()) this.#rows.load(name, undefined);
  }

  add(scope: string, kind: WebhookItem['kind'], id: string, { at, since }: { at: number; since: number }): boolean {
    const key = keyOf(scope, kind, id);
    const name = nameOf({ scope, key });
    const before = this.#rows.get(name);
    if (before && before.at > since) return false;
    this.#rows.put(name, { scope, key, at });
    return true;
  }

  takeWrites(): Write[] {
    const rows = this.#rows.takeChanges().put.map(([, row]) => row);
    if (rows.length === 0) return [];
    const values = [rows.map(({ scope }) => scope), rows.map(({ key }) => key), rows.map(({ at }) => at)];
    return [toWrite(putSql, values)];
  }
}

function askedBy({ intake }: Needs, scopeOf: ScopeOf): Pick<SeenRow, 'scope' | 'key'>[] {
  if (!intake) return [];
  return partsOf(intake.webhook).flatMap((part) => {
    const scope = scopeOf(intake.from, part);
    return itemsOf(part).flatMap(({ kind, id }) =>
      kind === 'contact' || id === undefined ? [] : { scope, key: keyOf(scope, kind, id) },
    );
  });
}

function keyOf(scope: string, kind: WebhookItem['kind'], id: string): Buffer {
  return hash('sha256', `${scope}\n${kind}\n${id}`, 'buffer').subarray(0, keyBytes);
}

function nameOf({ scope, key }: Pick<SeenRow, 'scope' | 'key'>): string {
  return `${scope} ${key.toString('base64')}`;
}

const readSql = {
  name: 'seen',
  text: `SELECT seen.* FROM unnest($1::text[], $2::bytea[]) AS asked (scope, key)
    CROSS JOIN LATERAL (
      SELECT scope, key, at FROM seen WHERE seen.scope = asked.scope AND seen.key = asked.key LIMIT 1) AS seen`,
};

const putSql = {
  name: 'seen_put',
  text: `INSERT INTO seen (scope, key, at) SELECT * FROM unnest($1::text[], $2::bytea[], $3::bigint[])
    ON CONFLICT (scope, key) DO UPDATE SET at = excluded.at`,
};
