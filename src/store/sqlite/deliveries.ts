/** What is to reach the apps. */
import type { DatabaseSync } from 'node:sqlite';
import type { AppOwner } from '../../core/apps.ts';
import { Refusal } from '../../core/errors.ts';
import type { DeliveryId } from '../../core/ids.ts';
import type { DeliveryResult } from '../../core/ports.ts';
import { keyOfApp, ownerOfKey } from '../changes/app-rows.ts';
import { newTail, placeOf, toDeliveryId } from '../changes/delivery-ids.ts';
import type { DeliveriesTable, NewDelivery } from '../changes/tables.ts';
import { prepare } from './statement.ts';
import type { Remembered, TurnMemory } from './turn-memory.ts';

/** How long a provider, whose POST finds no room, had better wait. In seconds. */
const retryAfter = 30;

interface Sizes {
  readonly waiting_bytes: number;
  readonly given_up_bytes: number;
}

export class Deliveries implements DeliveriesTable {
  readonly #sql;
  readonly #removals;
  readonly #sizes: Remembered<string, Sizes>;

  constructor(db: DatabaseSync, memory: TurnMemory) {
    this.#sizes = memory.table();
    this.#sql = {
      add: prepare(
        db,
        `INSERT INTO delivery (tail, app, number, keys, is_blocked, created_at, attempts, due, bytes, body)
         VALUES (?, ?, ?, ?, ?, ?6, 0, ?6, ?, ?)`,
      ),
      sizes: prepare<Sizes>(db, 'SELECT waiting_bytes, given_up_bytes FROM delivery_count WHERE app = ?'),
      dropGivenUp: prepare<{ readonly bytes: number }>(
        db,
        `DELETE FROM delivery WHERE seq = (SELECT min(seq) FROM delivery WHERE app = ? AND due IS NULL) RETURNING bytes`,
      ),
      delete: prepare(db, 'DELETE FROM delivery WHERE seq = ? AND tail = ?'),
      attempted: prepare(
        db,
        `UPDATE delivery SET attempts = attempts + 1, due = ?, last_attempt_at = ?, detail = ?
         WHERE seq = ? AND tail = ?`,
      ),
      redeliver: prepare<{ readonly app: string }>(
        db,
        'UPDATE delivery SET due = ?1, tried_since = ?1 WHERE seq = ? AND tail = ? RETURNING app',
      ),
      expire: prepare(
        db,
        `DELETE FROM delivery
         WHERE seq IN (SELECT seq FROM delivery WHERE due IS NULL AND last_attempt_at <= ? LIMIT ?)`,
      ),
    };
    this.#removals = [
      'delivery WHERE app = ? AND due IS NOT NULL',
      'delivery WHERE app = ? AND due IS NULL',
      'delivery_count WHERE app = ?',
    ].map((rows) => prepare(db, `DELETE FROM ${rows}`));
  }

  /** Refuses (`overloaded`) what finds no room among `maxBytes` of the app; those given up make room. */
  add({ app, number, keys, body, isBlocked, createdAt }: NewDelivery, maxBytes: number): DeliveryId {
    const key = keyOfApp(app);
    const bytes = Buffer.byteLength(body);
    this.#makeRoom(key, bytes, maxBytes);
    const tail = newTail();
    const about = [key, number ?? null, JSON.stringify(keys), Number(isBlocked)];
    const { lastInsertRowid } = this.#sql.add.run(tail, ...about, createdAt, bytes, body);
    this.#sizes.change(key, (sizes) => ({ ...sizes, waiting_bytes: sizes.waiting_bytes + bytes }));
    return toDeliveryId({ seq: Number(lastInsertRowid), tail });
  }

  settle(id: DeliveryId, result: DeliveryResult, at: number): void {
    this.#sizes.forget();
    const { seq, tail } = placeOf(id);
    if (result.kind === 'delivered') this.#sql.delete.run(seq, tail);
    else this.#sql.attempted.run(result.kind === 'retry' ? result.at : null, at, result.detail, seq, tail);
  }

  redeliver(id: DeliveryId, at: number): AppOwner | undefined {
    const { seq, tail } = placeOf(id);
    const row = this.#sql.redeliver.get(at, seq, tail);
    return row && ownerOfKey(row.app);
  }

  /** Forgets all that was for an app. */
  forget(app: AppOwner): void {
    for (const removal of this.#removals) removal.run(keyOfApp(app));
  }

  /** Forgets what was given up by then; gives how many. */
  expire(through: number, limit: number): number {
    return Number(this.#sql.expire.run(through, limit).changes);
  }

  #makeRoom(app: string, bytes: number, maxBytes: number): void {
    const sizes = this.#sizes.recall(app, () => this.#sql.sizes.get(app));
    const waiting = (sizes?.waiting_bytes ?? 0) + bytes;
    if (waiting > maxBytes) throw new Refusal({ kind: 'overloaded', retryAfter });
    let givenUp = sizes?.given_up_bytes ?? 0;
    while (waiting + givenUp > maxBytes) {
      this.#sizes.forget();
      const gone = this.#sql.dropGivenUp.get(app);
      if (!gone) return;
      givenUp -= gone.bytes;
    }
  }
}
