/** What the contract suites of pushing share: connections, numbers that use them, and who speaks for the provider. */
import type { AppOwner } from '../../core/apps.ts';
import type { Connection, ConnectionPatch } from '../../core/connections.ts';
import type { AccountName, ConnectionName, PhoneNumberId, SealedSecret } from '../../core/ids.ts';
import { defaultAccount, type NumberPatch } from '../../core/numbers.ts';
import type { ConnectionPut, DuePushes, Store } from '../../core/ports.ts';
import type { Push, PushResult, Sync } from '../../core/push.ts';
import { at, one, phoneOf, user } from './fixture.contract.ts';

export const main = 'main' as ConnectionName;
export const other = 'other' as ConnectionName;
export const shop = 'shop' as AccountName;

export function sealed(secret: string): SealedSecret {
  return `v1.k.${secret}` as SealedSecret;
}

/** In every round the clock of these tests is this much later. */
export const minute = 60_000;

export async function putConnection(
  store: Store,
  name = main,
  patch: Partial<ConnectionPatch> = {},
): Promise<ConnectionPut> {
  await store.directory.addAccount({ name: defaultAccount, createdAt: at });
  return store.directory.putConnection(name, { provider: 'meta', secrets: { token: sealed('t') }, ...patch }, at);
}

/** A number that is pushed through a connection, which is there afterwards. */
export async function putPushed(store: Store, id = one, patch: NumberPatch = {}): Promise<void> {
  const { connection = main } = patch.upstream ?? {};
  if (!(await store.directory.connection(connection))) await putConnection(store, connection);
  await store.directory.putNumber(id, { phone: phoneOf(id), upstream: { connection }, ...patch }, at);
}

export const done: PushResult = { kind: 'done' };

export function waiting(detail = 'no message'): PushResult {
  return { kind: 'waiting', code: 131047, message: 'Re-engagement message', detail };
}

export const overflow: PushResult = { kind: 'overflow', detail: 'The provider’s list is full' };
export const failed: PushResult = { kind: 'failed', code: 131021, message: 'Same', detail: 'never' };

export function retry(due: number): PushResult {
  return { kind: 'retry', code: 130429, detail: 'later', at: due };
}

/** Takes what is due on a number, and says what became of it. */
export class Pusher {
  readonly #store: Store;
  readonly #number: PhoneNumberId;

  constructor(store: Store, number: PhoneNumberId = one) {
    this.#store = store;
    this.#number = number;
  }

  next(time = at, limit = 1000): Promise<DuePushes> {
    return this.#store.pushes.next(this.#number, time, limit);
  }

  /** What is due, each as `goal id`; an intent with a question mark. */
  async due(time = at, limit = 1000): Promise<string[]> {
    return (await this.next(time, limit)).pushes.map(wordsOf);
  }

  async room(): Promise<number> {
    return (await this.next(at, 0)).room;
  }

  settle(push: Push | readonly Push[], result: PushResult, time = at): Promise<readonly AppOwner[]> {
    const pushes = [push].flat();
    return this.#store.pushes.settle(
      this.#number,
      pushes.map((one) => ({ push: one, result })),
      time,
    );
  }

  /** Settles all that is due alike; gives what it was. */
  async push(result: PushResult = done, time = at): Promise<string[]> {
    const { pushes } = await this.next(time);
    await this.settle(pushes, result, time);
    return pushes.map(wordsOf);
  }

  /** The one thing that is due. */
  async only(time = at): Promise<Push> {
    const { pushes } = await this.next(time);
    if (pushes.length !== 1 || !pushes[0]) throw new Error(`${pushes.length} are due`);
    return pushes[0];
  }

  /** Looks at all entries that were there before the upstream; gives how many times there were more. */
  async enqueueAll(limit: number, time = at): Promise<number> {
    let more = 0;
    while (await this.#store.pushes.enqueue(this.#number, time, limit)) more += 1;
    return more;
  }

  /** Where each entry stands, in list order. */
  async states(): Promise<string[]> {
    const page = await this.#store.lists.page(this.#number, { position: { kind: 'start' }, limit: 1000 });
    return page.kind === 'page' ? page.entries.map(({ sync }) => sync?.state ?? 'none') : [];
  }

  async sync(id: string): Promise<Sync | undefined> {
    return (await this.#store.lists.check(this.#number, user(id)))?.entry.sync;
  }

  async removal(id: string): Promise<Sync | undefined> {
    return this.#store.lists.removal(this.#number, user(id));
  }
}

export function wordsOf({ goal, user: who, isIntent }: Push): string {
  return `${goal} ${who.kind === 'wa_id' ? who.waId : who.userId}${isIntent ? '?' : ''}`;
}

/** How many users are in each state, over all connections. */
export async function countsOf(store: Store): Promise<Record<string, number>> {
  const counts = await store.pushes.counts();
  return Object.fromEntries(counts.map(({ connection, state, users }) => [`${connection} ${state}`, users]));
}

export function connectionOf(put: ConnectionPut): Connection {
  if (!('connection' in put)) throw new Error(put.kind);
  return put.connection;
}
