/** Forgets what was kept long enough of webhooks: a number, an app or a connection at a time, each in a transaction of its own. */
import type { PhoneNumberId } from '../../core/ids.ts';
import type { WebhookBounds } from '../../core/ports.ts';
import { countDeliveries } from './delivery-writes.ts';
import type { Writes } from './groups.ts';
import type { Sessions } from './session.ts';
import { uncountHeld } from './working-held.ts';

export interface ExpiryParts {
  readonly sessions: Sessions;
  readonly writes: Writes;
  readonly bounds: WebhookBounds;
}

interface ScopeRow {
  readonly scope: string;
  /** The oldest of it. */
  readonly at: number;
}

/** So many scopes are looked at together. */
const scopesAtOnce = 1000;

export class WebhookExpiry {
  readonly #parts: ExpiryParts;
  /** Up to here scopes have been looked through. */
  #after = '';

  constructor(parts: ExpiryParts) {
    this.#parts = parts;
  }

  /** Up to `limit` of each kind. Gives whether there may be more. */
  async expire(at: number, limit: number): Promise<boolean> {
    const { seenFor, heldFor, givenUpFor } = this.#parts.bounds;
    const seen = await this.#expireSeen(at - seenFor, limit);
    const held = await this.#expireHeld(at - heldFor, limit);
    const givenUp = await this.#expireGivenUp(at - givenUpFor, limit);
    return seen || held === limit || givenUp === limit;
  }

  /** Gives whether there may be more. */
  async #expireSeen(through: number, limit: number): Promise<boolean> {
    const { sessions, writes } = this.#parts;
    const scopes = await sessions.read((session) => session.query<ScopeRow>(scopesSql, [this.#after, scopesAtOnce]));
    let left = limit;
    for (const { scope } of scopes.filter(({ at }) => at <= through)) {
      const cost = { cost: left, isOwn: true };
      left -= await writes.transaction(cost, (session) => session.run(forgetSeenSql, [scope, through, left]));
      if (left <= 0) return true;
    }
    this.#after = scopes.length < scopesAtOnce ? '' : (scopes.at(-1)?.scope ?? '');
    return this.#after !== '';
  }

  async #expireHeld(through: number, limit: number): Promise<number> {
    const { sessions, writes } = this.#parts;
    const rows = await sessions.read((session) =>
      session.query<{ readonly number: PhoneNumberId; readonly seq: number }>(oldHeldSql, [through, limit]),
    );
    for (const [number, own] of Map.groupBy(rows, (row) => row.number)) {
      const values = [number, own.map(({ seq }) => seq)];
      await writes.runAlone(number, { cost: own.length, isOwn: true }, (session) => session.run(forgetHeldSql, values));
    }
    return rows.length;
  }

  async #expireGivenUp(through: number, limit: number): Promise<number> {
    const { sessions, writes } = this.#parts;
    const rows = await sessions.read((session) =>
      session.query<{ readonly app: string; readonly seq: number }>(oldGivenUpSql, [through, limit]),
    );
    for (const [app, own] of Map.groupBy(rows, (row) => row.app)) {
      const values = [app, own.map(({ seq }) => seq), through];
      await writes.transaction({ cost: own.length, isOwn: true }, (session) => session.run(forgetGivenUpSql, values));
    }
    return rows.length;
  }
}

/** Each scope by way of the one before, so that it costs by the scopes, not by what was taken in. */
const scopesSql = {
  name: 'seen_scopes',
  text: `WITH RECURSIVE scopes AS (
      (SELECT scope, at FROM seen WHERE scope > $1 ORDER BY scope, at LIMIT 1)
      UNION ALL
      SELECT next.* FROM scopes CROSS JOIN LATERAL (
        SELECT scope, at FROM seen WHERE scope > scopes.scope ORDER BY scope, at LIMIT 1) AS next
    )
    SELECT scope, at FROM scopes LIMIT $2`,
};

// What a transaction is writing anew is not old.
const forgetSeenSql = {
  name: 'seen_forget',
  text: `DELETE FROM seen WHERE scope = $1 AND key IN (
      SELECT key FROM seen WHERE scope = $1 AND at <= $2 ORDER BY at LIMIT $3 FOR UPDATE SKIP LOCKED)`,
};

const oldHeldSql = {
  name: 'held_old',
  text: 'SELECT number, seq FROM held WHERE kept_at <= $1 ORDER BY kept_at LIMIT $2',
};

const forgetHeldSql = {
  name: 'held_forget_old',
  text: `WITH gone AS (DELETE FROM held WHERE number = $1 AND seq = ANY($2::bigint[]) RETURNING bytes) ${uncountHeld}`,
};

const oldGivenUpSql = {
  name: 'deliveries_old',
  text: 'SELECT app, seq FROM delivery WHERE due IS NULL AND last_attempt_at <= $1 ORDER BY last_attempt_at LIMIT $2',
};

const forgetGivenUpSql = {
  name: 'deliveries_forget_old',
  text: `WITH gone AS (
      DELETE FROM delivery
      WHERE app = $1 AND seq = ANY($2::bigint[]) AND due IS NULL AND last_attempt_at <= $3 RETURNING bytes
    )
    ${countDeliveries(
      `SELECT $1 AS app, 0 AS waiting, 0 AS waiting_bytes, -count(*) AS given_up, -coalesce(sum(bytes), 0) AS given_up_bytes
       FROM gone`,
    )}`,
};
