/** The messages of blocked users that are kept until somebody decides. */
import type { DatabaseSync } from 'node:sqlite';
import type { HeldMessage } from '../../core/ports.ts';
import { tailBytes } from '../changes/delivery-ids.ts';
import type { HeldTable, Holder, Replay } from '../changes/tables.ts';
import { prepare } from './statement.ts';

export class Held implements HeldTable<number> {
  readonly #sql;

  constructor(db: DatabaseSync) {
    this.#sql = {
      add: prepare(db, 'INSERT INTO held (list, person, id, at, kept_at, bytes, body) VALUES (?, ?, ?, ?, ?, ?, ?)'),
      size: prepare<{ readonly bytes: number }>(db, 'SELECT bytes FROM held_count WHERE list = ?'),
      dropOldest: prepare<{ readonly bytes: number }>(
        db,
        'DELETE FROM held WHERE seq = (SELECT min(seq) FROM held WHERE list = ?) RETURNING bytes',
      ),
      of: prepare<HeldMessage>(db, 'SELECT id, at, body FROM held WHERE list = ? AND person = ? ORDER BY seq LIMIT ?'),
      move: prepare(db, 'UPDATE held SET person = ? WHERE list = ? AND person = ?'),
      replay: prepare(
        db,
        `INSERT INTO delivery (tail, app, number, keys, is_blocked, created_at, attempts, due, bytes, body)
         SELECT randomblob(${tailBytes}), ?, ?, ?, 0, ?4, 0, ?4, bytes, body
         FROM held WHERE list = ? AND person = ? ORDER BY seq`,
      ),
      forget: prepare(db, 'DELETE FROM held WHERE list = ? AND person = ?'),
      forgetList: prepare(db, 'DELETE FROM held WHERE list = ?'),
      forgetCount: prepare(db, 'DELETE FROM held_count WHERE list = ?'),
      expire: prepare(db, 'DELETE FROM held WHERE seq IN (SELECT seq FROM held WHERE kept_at <= ? LIMIT ?)'),
    };
  }

  /** Keeps a message; the oldest ones of the list go as long as there are more than `maxBytes`. */
  keep({ list, person }: Holder<number>, { id, at, body }: HeldMessage, keptAt: number, maxBytes: number): void {
    this.#sql.add.run(list, person, id, at, keptAt, Buffer.byteLength(body), body);
    let size = this.#sql.size.get(list)?.bytes ?? 0;
    while (size > maxBytes) {
      const gone = this.#sql.dropOldest.get(list);
      if (!gone) return;
      size -= gone.bytes;
    }
  }

  /** Oldest first. */
  of({ list, person }: Holder<number>, limit: number): HeldMessage[] {
    return this.#sql.of.all(list, person, limit).map((row) => ({ ...row }));
  }

  /** A person turned out to be another one. */
  move(list: number, from: number, to: number): void {
    this.#sql.move.run(to, list, from);
  }

  /** Makes a person's messages deliveries, oldest first. */
  replay(holder: Holder<number>, { app, number, keys, at }: Replay): void {
    this.#sql.replay.run(app, number, keys, at, holder.list, holder.person);
    this.forget(holder);
  }

  forget({ list, person }: Holder<number>): void {
    this.#sql.forget.run(list, person);
  }

  forgetList(list: number): void {
    this.#sql.forgetList.run(list);
    this.#sql.forgetCount.run(list);
  }

  /** Gives how many were forgotten. */
  expire(through: number, limit: number): number {
    return Number(this.#sql.expire.run(through, limit).changes);
  }
}
