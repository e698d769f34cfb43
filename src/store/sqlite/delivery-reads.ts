/** Deliveries, for who carries them out and who watches. */
import type { DatabaseSync } from 'node:sqlite';
import type { AppOwner } from '../../core/apps.ts';
import type { DeliveryId, PhoneNumberId } from '../../core/ids.ts';
import type { Delivery, DeliveryHead, DeliveryQuery, Webhooks } from '../../core/ports.ts';
import { keyOfApp, ownerOfKey } from '../changes/app-rows.ts';
import { placeOf, toDeliveryId } from '../changes/delivery-ids.ts';
import { prepare } from './statement.ts';

interface HeadRow {
  readonly seq: number;
  readonly tail: Uint8Array;
  readonly app: string;
  readonly number: PhoneNumberId | null;
  readonly keys: string;
  readonly is_blocked: 0 | 1;
  readonly created_at: number;
  readonly attempts: number;
  readonly due: number | null;
  readonly last_attempt_at: number | null;
  readonly detail: string | null;
  readonly bytes: number;
}

type DeliveryRow = HeadRow & { readonly body: string; readonly tried_since: number | null };

/** The body is last in a row: SQLite need not read the pages that a long one fills. */
const head = 'seq, tail, app, number, keys, is_blocked, created_at, attempts, due, last_attempt_at, detail, bytes';

type Counts = Awaited<ReturnType<Webhooks['counts']>>;

export class DeliveryReads {
  readonly #sql;

  constructor(db: DatabaseSync) {
    this.#sql = {
      waiting: prepare<{ readonly app: string }>(db, 'SELECT app FROM delivery_count WHERE waiting > 0'),
      next: prepare<DeliveryRow>(db, 'SELECT * FROM delivery WHERE app = ? AND due IS NOT NULL ORDER BY seq LIMIT ?'),
      line: prepare<HeadRow>(
        db,
        `SELECT ${head} FROM delivery WHERE app = ? AND due IS NOT NULL AND seq <= ? ORDER BY seq LIMIT ?`,
      ),
      one: prepare<DeliveryRow>(db, 'SELECT * FROM delivery WHERE seq = ? AND tail = ?'),
      page: prepare<HeadRow>(db, `SELECT ${head} FROM delivery WHERE seq > ? ORDER BY seq LIMIT ?`),
      // Each half has an index in the order asked for, so that SQLite merges them.
      pageOf: prepare<HeadRow>(
        db,
        `SELECT ${head} FROM delivery WHERE app = ?1 AND due IS NOT NULL AND seq > ?2
         UNION ALL
         SELECT ${head} FROM delivery WHERE app = ?1 AND due IS NULL AND seq > ?2
         ORDER BY seq LIMIT ?3`,
      ),
      counts: prepare<Counts>(
        db,
        `SELECT ifnull(sum(waiting), 0) AS waiting, ifnull(sum(given_up), 0) AS givenUp,
                ifnull(sum(waiting_bytes + given_up_bytes), 0) AS deliveryBytes,
                (SELECT ifnull(sum(messages), 0) FROM held_count) AS held,
                (SELECT ifnull(sum(bytes), 0) FROM held_count) AS heldBytes
         FROM delivery_count`,
      ),
    };
  }

  waiting(): AppOwner[] {
    return this.#sql.waiting.all().map(({ app }) => ownerOfKey(app));
  }

  next(app: AppOwner, limit: number): Delivery[] {
    return this.#sql.next.all(keyOfApp(app), limit).map(toDelivery);
  }

  line(app: AppOwner, limit: number, through: DeliveryId): DeliveryHead[] {
    return this.#sql.line.all(keyOfApp(app), placeOf(through).seq, limit).map(toListed);
  }

  one(id: DeliveryId): Delivery | undefined {
    const { seq, tail } = placeOf(id);
    const row = this.#sql.one.get(seq, tail);
    return row && toDelivery(row);
  }

  page({ after, limit, app }: DeliveryQuery): { items: DeliveryHead[]; hasMore: boolean } {
    const seq = after === undefined ? 0 : placeOf(after).seq;
    const { page, pageOf } = this.#sql;
    const rows = app ? pageOf.all(keyOfApp(app), seq, limit + 1) : page.all(seq, limit + 1);
    return {
      items: rows.slice(0, limit).map(toListed),
      hasMore: rows.length > limit,
    };
  }

  counts(): Counts {
    const counts = this.#sql.counts.get();
    return { waiting: 0, givenUp: 0, deliveryBytes: 0, held: 0, heldBytes: 0, ...counts };
  }
}

function toDelivery(row: DeliveryRow): Delivery {
  return { ...toHead(row), body: row.body, triedSince: row.tried_since ?? row.created_at };
}

function toListed(row: HeadRow): DeliveryHead {
  return { ...toHead(row), bytes: row.bytes };
}

function toHead(row: HeadRow): Omit<DeliveryHead, 'bytes'> {
  return {
    id: toDeliveryId(row),
    app: ownerOfKey(row.app),
    ...(row.number !== null && { number: row.number }),
    keys: JSON.parse(row.keys) as string[],
    isBlocked: row.is_blocked === 1,
    createdAt: row.created_at,
    attempts: row.attempts,
    dueAt: row.due,
    ...(row.last_attempt_at !== null && { lastAttemptAt: row.last_attempt_at }),
    ...(row.detail !== null && { detail: row.detail }),
  };
}
