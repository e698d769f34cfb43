/** What the contract suites share: a number to work on, and requests in few words. */
import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import type { KeyId, PhoneNumberId, WaId } from '../../core/ids.ts';
import type { NumberPatch } from '../../core/numbers.ts';
import { defaultAccount } from '../../core/numbers.ts';
import type { Outcome } from '../../core/outcome.ts';
import type { Position } from '../../core/paging.ts';
import type { Actor, BlockEntry, BlockEvent, ListChange, ListPage, Store, WebhookBounds } from '../../core/ports.ts';
import { type AskedUser, isUserId, parseUser, type UserId } from '../../core/user.ts';

/** Opens an empty store that the test's end closes and deletes. */
export type OpenStore = (t: TestContext, bounds?: Partial<WebhookBounds>) => Promise<Store>;

export const at = Date.UTC(2026, 0, 2, 3, 4, 5);
export const hour = 3_600_000;
export const by: Actor = { dialect: 'meta', keyId: 'key_0123456789abcdef' as KeyId, requestId: `A${'r'.repeat(22)}` };
export const one = '1001' as PhoneNumberId;
export const two = '1002' as PhoneNumberId;
export const nowhere = '4040' as PhoneNumberId;
export const ownWaId = '15550001001' as WaId;

export function phoneOf(id: PhoneNumberId): { displayPhoneNumber: string; waId: WaId } {
  return { displayPhoneNumber: `+1 555 000 ${id}`, waId: `1555000${id}` as WaId };
}

export async function putNumber(store: Store, id: PhoneNumberId, rules: NumberPatch['rules'] = 'open'): Promise<void> {
  await store.directory.addAccount({ name: defaultAccount, createdAt: at });
  await store.directory.putNumber(id, { phone: phoneOf(id), rules: rules ?? 'open' }, at);
}

export function asked(...texts: string[]): AskedUser[] {
  return texts.map((input) => ({ input, user: parseUser(input) }));
}

export function user(text: string): UserId {
  const parsed = parseUser(text);
  if (!isUserId(parsed)) throw new Error(`${text} names nobody`);
  return parsed;
}

/** Requests to one number of a store, at a time that each may set. */
export class Caller {
  readonly #store: Store;
  readonly #number: PhoneNumberId;

  constructor(store: Store, number: PhoneNumberId = one) {
    this.#store = store;
    this.#number = number;
  }

  async block(texts: string | string[], more: { at?: number; reason?: string; by?: Actor } = {}): Promise<string[]> {
    const users = asked(...[texts].flat());
    return verdicts(await this.#store.lists.block({ number: this.#number, users, by, at, ...more }));
  }

  async unblock(
    texts: string | string[],
    more: Partial<Pick<ListChange, 'at' | 'reason' | 'by' | 'held'>> = {},
  ): Promise<string[]> {
    const users = asked(...[texts].flat());
    return verdicts(await this.#store.lists.unblock({ number: this.#number, users, by, at, ...more }));
  }

  async receive(waId: string, userId?: string, time = at): Promise<boolean> {
    const sender = { waId, ...(userId !== undefined && { userId }) } as never;
    return (await this.#store.lists.receive({ number: this.#number, sender, by, at: time })).blocked;
  }

  async page(position: Position = { kind: 'start' }, limit = 1000): Promise<Extract<ListPage, { kind: 'page' }>> {
    const page = await this.#store.lists.page(this.#number, { position, limit });
    if (page.kind !== 'page') throw new Error('the list changed');
    return page;
  }

  async names(position?: Position, limit?: number): Promise<string[]> {
    return (await this.page(position, limit)).entries.map(nameOf);
  }

  async check(text: string): Promise<string | undefined> {
    const check = await this.#store.lists.check(this.#number, user(text));
    assert.equal(await this.#store.lists.isBlocked(this.#number, user(text)), check !== undefined, text);
    return check?.matchedBy;
  }

  async events(after = 0, limit = 10_000): Promise<readonly BlockEvent[]> {
    return (await this.#store.lists.events(this.#number, after, limit)).events;
  }

  /** Each event as `seq action ids`. */
  async history(): Promise<string[]> {
    return (await this.events()).map((event) => `${event.seq} ${event.action} ${nameOf(event)}`.trim());
  }
}

/** All ids of an entry or event, as one text. */
export function nameOf(of: BlockEntry | BlockEvent): string {
  const { waId, userId } = 'user' in of ? of.user : of;
  return [waId, userId].filter((id) => id !== undefined).join(' ');
}

export function verdicts(outcomes: readonly Outcome[]): string[] {
  return outcomes.map((outcome) => (outcome.kind === 'refused' ? outcome.why : outcome.kind));
}

export function phones(count: number, first = 4915100000000): string[] {
  return Array.from({ length: count }, (_, index) => String(first + index));
}

/** Matches a refusal of this kind, for `assert.rejects`. */
export function refusal(kind: string): { name: string; reason: { kind: string } } {
  return { name: 'Refusal', reason: { kind } };
}
