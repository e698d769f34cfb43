import { Accounts } from './accounts.ts';
import { Connections } from './connections.ts';
import { Deliveries } from './deliveries.ts';
import { GatehouseError } from './error.ts';
import { Events } from './events.ts';
import { inOrder } from './in-order.ts';
import { Keys } from './keys.ts';
import { Numbers } from './numbers.ts';
import { type ListOptions, Rows } from './rows.ts';
import { Sandbox } from './sandbox.ts';
import { type CallOptions, type GatehouseOptions, type Request, Transport } from './transport.ts';
import type { BlockEntry, BlockedState, BlockState, HeldMessage, Unblocked, UnblockWhy, Why } from './wire.ts';

/** Why a list is changed; kept with the entry and in the log. */
export interface ChangeOptions extends CallOptions {
  readonly reason?: string | undefined;
}

export interface UnblockOptions extends ChangeOptions {
  /** What becomes of the user's held messages: they go on to the app, or are gone. Absent: they stay held. */
  readonly held?: 'replay' | 'delete' | undefined;
}

export interface HeldOptions extends CallOptions {
  /** How many messages at most, up to 1,000 (1,000). */
  readonly limit?: number | undefined;
}

interface Width {
  /** How many users are under way at once (16). */
  readonly width?: number;
}

export interface ManyOptions extends ChangeOptions, Width {}

export interface UnblockManyOptions extends UnblockOptions, Width {}

/** Who is blocked now, and since when. */
export interface Blocked {
  /** false: the user was blocked before, or a repeat found what an attempt with a lost answer had done. */
  readonly added: boolean;
  readonly entry: BlockEntry;
}

/** A user of many whom the number may not change, or who is none. */
export interface Refused {
  readonly user: string;
  readonly outcome: 'refused';
  readonly error: GatehouseError;
}

/** What became of one user of many. */
export type BlockOutcome =
  | { readonly user: string; readonly outcome: 'added' | 'already_there'; readonly entry: BlockEntry }
  | Refused;
export type UnblockOutcome = { readonly user: string; readonly outcome: 'removed' | 'was_not_there' } | Refused;

/** Users from anywhere: an array, a set, a stream of lines. */
export type Users = Iterable<string> | AsyncIterable<string>;

/**
 * A client of one Gatehouse. A user is a phone number in any usual writing, a wa_id or a BSUID; a number is known by its
 * `phone_number_id`. Every method takes an `AbortSignal` as `signal` and throws a `GatehouseError`.
 *
 * @example
 * import { Gatehouse } from 'gatehouse/client';
 *
 * const gatehouse = new Gatehouse({ url: 'http://127.0.0.1:8080', adminKey: 'the-admin-key-of-the-server' });
 * await gatehouse.block('106540352242922', '+1 650 555 0123', { reason: 'threats, ticket 4711' });
 * const { blocked, entry } = await gatehouse.check('106540352242922', '16505550123');
 * console.log(blocked, entry?.reason); // true threats, ticket 4711
 */
export class Gatehouse {
  readonly accounts: Accounts;
  readonly connections: Connections;
  readonly numbers: Numbers;
  readonly keys: Keys;
  readonly events: Events;
  readonly deliveries: Deliveries;
  readonly sandbox: Sandbox;
  readonly #transport: Transport;

  constructor(options: GatehouseOptions) {
    this.#transport = new Transport(options);
    this.accounts = new Accounts(this.#transport);
    this.connections = new Connections(this.#transport);
    this.numbers = new Numbers(this.#transport);
    this.keys = new Keys(this.#transport);
    this.events = new Events(this.#transport);
    this.deliveries = new Deliveries(this.#transport);
    this.sandbox = new Sandbox(this.#transport);
  }

  /**
   * Blocks a user on a number's list. For one who is blocked already, another `reason` replaces the first.
   *
   * @example
   * const { added, entry } = await gatehouse.block('106540352242922', '+1 (650) 555-0123', { reason: 'threats' });
   * console.log(added, entry.user.wa_id, entry.reason); // true 16505550123 threats
   */
  async block(number: string, user: string, { reason, signal }: ChangeOptions = {}): Promise<Blocked> {
    const request: Request = { method: 'PUT', path: pathOf(number, user), body: why(reason), signal };
    const { status, body } = await this.#transport.send<BlockedState>(request);
    return { added: status === 201, entry: body.entry };
  }

  /**
   * Unblocks a user. `removed` is false if the user was not blocked, or if a repeat found what an attempt with a lost
   * answer had done. `held` says what becomes of messages that were held meanwhile.
   *
   * @example
   * const change = { reason: 'appeal granted', held: 'replay' } as const;
   * const { removed } = await gatehouse.unblock('106540352242922', '16505550100', change);
   * console.log(removed); // true
   */
  async unblock(number: string, user: string, { reason, held, signal }: UnblockOptions = {}): Promise<Unblocked> {
    const body: UnblockWhy = { ...why(reason), ...(held !== undefined && { held }) };
    const request: Request = { method: 'DELETE', path: pathOf(number, user), body, signal };
    return (await this.#transport.send<Unblocked>(request)).body;
  }

  /**
   * What is held of what a blocked user wrote to a number whose app has `blocked: 'hold'`, oldest first.
   *
   * @example
   * await gatehouse.numbers.put('106540352242922', { app: { url: 'https://app.example/whatsapp', blocked: 'hold' } });
   * await gatehouse.sandbox.write('106540352242922', { from: '16505550100', text: 'Sorry!' });
   * const [message] = await gatehouse.held('106540352242922', '16505550100');
   * console.log(message?.body.includes('Sorry!')); // true
   */
  async held(number: string, user: string, { limit = 1000, signal }: HeldOptions = {}): Promise<HeldMessage[]> {
    const path = [...pathOf(number, user), 'held'];
    const request: Request = { method: 'GET', path, query: { limit }, signal };
    return (await this.#transport.send<{ data: HeldMessage[] }>(request)).body.data;
  }

  /**
   * Is this user blocked? If so, since when, through what, and why. With an upstream, `entry.sync` tells where that stands
   * at the provider; it is there for one who is free, too, until the provider has confirmed that.
   *
   * @example
   * const { blocked, matched_by, entry } = await gatehouse.check('106540352242922', '+1-650-555-0100');
   * console.log(blocked, matched_by, entry?.reason); // true wa_id spam
   */
  async check(number: string, user: string, { signal }: CallOptions = {}): Promise<BlockState> {
    return (await this.#transport.send<BlockState>({ method: 'GET', path: pathOf(number, user), signal })).body;
  }

  /**
   * Who is blocked on a number, the oldest block first. Changes of the list while it is read do no harm.
   *
   * @example
   * for await (const { user, reason } of gatehouse.list('106540352242922')) console.log(user.wa_id, reason);
   * // 16505550100 spam
   * // 16505550101 spam
   * // 16505550102 spam
   */
  list(number: string, options: ListOptions = {}): Rows<BlockEntry> {
    return new Rows(this.#transport, pathOf(number), options);
  }

  /**
   * Blocks many users, some at a time, and tells in their order what became of each. A user whom the number may not
   * block is an outcome; anything else that fails is thrown and ends it. To begin again from the start does no harm.
   *
   * @example
   * const users = ['16505550123', '16505550100', 'nobody'];
   * for await (const { user, outcome } of gatehouse.blockMany('106540352242922', users)) console.log(user, outcome);
   * // 16505550123 added
   * // 16505550100 already_there
   * // nobody refused
   */
  blockMany(number: string, users: Users, options: ManyOptions = {}): AsyncGenerator<BlockOutcome, void, undefined> {
    return this.#many(users, options, async (user, change) => {
      const { added, entry } = await this.block(number, user, change);
      return { user, outcome: added ? 'added' : 'already_there', entry };
    });
  }

  /**
   * Unblocks many users, as `blockMany` blocks them.
   *
   * @example
   * const users = ['16505550100', '16505550123'];
   * for await (const { user, outcome } of gatehouse.unblockMany('106540352242922', users)) console.log(user, outcome);
   * // 16505550100 removed
   * // 16505550123 was_not_there
   */
  unblockMany(
    number: string,
    users: Users,
    { held, ...options }: UnblockManyOptions = {},
  ): AsyncGenerator<UnblockOutcome, void, undefined> {
    return this.#many(users, options, async (user, change) => {
      const { removed } = await this.unblock(number, user, { ...change, held });
      return { user, outcome: removed ? 'removed' : 'was_not_there' };
    });
  }

  #many<Outcome>(
    users: Users,
    { reason, signal, width = 16 }: ManyOptions,
    change: (user: string, options: ChangeOptions) => Promise<Outcome>,
  ): AsyncGenerator<Outcome | Refused, void, undefined> {
    return inOrder(users, width, async (user, stopped) => {
      try {
        return await change(user, { reason, signal: signal ? AbortSignal.any([signal, stopped]) : stopped });
      } catch (error) {
        if (error instanceof GatehouseError && isAboutUser(error)) return { user, outcome: 'refused', error };
        throw error;
      }
    });
  }
}

/** Whether the number refuses this user, while others may pass. */
function isAboutUser({ kind, fields }: GatehouseError): boolean {
  return (
    kind === 'conflict' || (kind === 'invalid' && fields.length > 0 && fields.every(({ field }) => field === 'user'))
  );
}

function pathOf(number: string, user?: string): Request['path'] {
  const list = ['numbers', { name: 'phone_number_id', value: number }, 'blocks'];
  return user === undefined ? list : [...list, { name: 'user', value: user }];
}

function why(reason: string | undefined): Why {
  return reason === undefined ? {} : { reason };
}
