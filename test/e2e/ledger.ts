/**
 * What clients know of a list that they change while its server dies: which requests were acknowledged, and of which
 * nobody heard again. Held against the list and the log, it says what was lost, doubled or made up.
 *
 * A request turns each of its users round (blocks who is free, unblocks who is blocked) or repeats what is so already.
 * Nobody touches a user of whom it is unknown how the last request went, until the list has told.
 */
import assert from 'node:assert/strict';

export type Action = 'block' | 'unblock';

/** A user of the log or the list, by wa_id, with what the log says of it. */
export interface LoggedEvent {
  readonly id: string;
  readonly action: string;
  readonly user: { readonly wa_id: string };
  readonly request_id: string;
}

interface Acknowledged {
  readonly action: Action;
  /** The server's id of the request. */
  readonly requestId: string;
}

interface History {
  readonly acknowledged: Acknowledged[];
  /** A request without an answer; the list shows whether it was carried out. */
  unknown: { readonly action: Action; readonly batch: number } | undefined;
}

export class Ledger {
  readonly #users = new Map<string, History>();
  #batches = 0;
  acknowledged = 0;
  unknown = 0;

  isBlocked(user: string): boolean {
    return this.#users.get(user)?.acknowledged.at(-1)?.action === 'block';
  }

  isCertain(user: string): boolean {
    return this.#users.get(user)?.unknown === undefined;
  }

  acknowledge(users: readonly string[], action: Action, requestId: string): void {
    this.acknowledged += 1;
    for (const user of users) this.#history(user).acknowledged.push({ action, requestId });
  }

  lose(users: readonly string[], action: Action): void {
    this.unknown += 1;
    this.#batches += 1;
    for (const user of users) this.#history(user).unknown = { action, batch: this.#batches };
  }

  /** Holds list, count and log against what is known; what was unknown is known from then on. */
  settle(list: readonly string[], count: number, events: readonly LoggedEvent[]): void {
    assert.equal(new Set(list).size, list.length, 'somebody is on the list twice');
    assert.equal(count, list.length, 'the count is not that of the list');
    assert.deepEqual([...replay(events)].sort(), [...list].sort(), 'the log does not lead to the list');
    const byUser = Map.groupBy(events, ({ user }) => user.wa_id);
    for (const user of byUser.keys()) assert.ok(this.#users.has(user), `nobody has sent ${user}`);
    const carriedOut = new Map<number, boolean>();
    for (const [user, history] of this.#users) {
      const logged = byUser.get(user) ?? [];
      const wasDone = this.#settleUser(user, history, logged);
      if (history.unknown === undefined) continue;
      const { batch } = history.unknown;
      assert.equal(carriedOut.get(batch) ?? wasDone, wasDone, 'half of a request was carried out');
      carriedOut.set(batch, wasDone);
      history.unknown = undefined;
    }
  }

  /** Every acknowledged request has exactly its one event, in order; at most the unknown one follows. */
  #settleUser(user: string, { acknowledged, unknown }: History, logged: readonly LoggedEvent[]): boolean {
    const plain = logged.map(({ action, request_id: requestId }) => ({ action, requestId }));
    const more = plain.slice(acknowledged.length);
    assert.deepEqual(plain.slice(0, acknowledged.length), acknowledged, `the log of ${user}`);
    const [last] = more;
    if (last === undefined) return false;
    assert.equal(more.length, 1, `the log of ${user} has events that nobody asked for: ${JSON.stringify(more)}`);
    assert.equal(last.action, unknown?.action, `the log of ${user} has an event that nobody asked for`);
    acknowledged.push({ action: last.action as Action, requestId: last.requestId });
    return true;
  }

  #history(user: string): History {
    const known = this.#users.get(user) ?? { acknowledged: [], unknown: undefined };
    this.#users.set(user, known);
    return known;
  }
}

/** Who is blocked after all that the log tells of; every event has to change something. */
function replay(events: readonly LoggedEvent[]): Set<string> {
  const blocked = new Set<string>();
  let before = 0;
  for (const { id, action, user } of events) {
    assert.ok(Number(id) > before, 'the log is out of order');
    before = Number(id);
    if (action === 'block') assert.ok(!blocked.has(user.wa_id), `${user.wa_id} was blocked already`);
    else assert.equal(action, 'unblock');
    if (action === 'block') blocked.add(user.wa_id);
    else assert.ok(blocked.delete(user.wa_id), `${user.wa_id} was not blocked`);
  }
  return blocked;
}
