/** All that is ever written, by name. A call is plain data, so that it can be carried to the thread that writes. */
import type { DatabaseSync } from 'node:sqlite';
import type { AppOwner, AppPatch } from '../../core/apps.ts';
import type { ConnectionPatch } from '../../core/connections.ts';
import type { AccountName, ConnectionName, DeliveryId, KeyId, PhoneNumberId, SecretHash } from '../../core/ids.ts';
import type { NumberPatch } from '../../core/numbers.ts';
import type { Outcome } from '../../core/outcome.ts';
import type {
  Account,
  Actor,
  ConnectionPut,
  DeliveryResult,
  Directory,
  Intake,
  Intended,
  Key,
  KeyAdded,
  ListChange,
  ListedChange,
  NumberPut,
  ReceivedMessage,
  ReconcileJob,
  Taken,
} from '../../core/ports.ts';
import type { PushGoal, Settlement } from '../../core/push.ts';
import { adopt, ask } from '../changes/adopt-listed.ts';
import { block, unblock } from '../changes/change-list.ts';
import { rowsOf } from '../changes/intake-size.ts';
import { intend } from '../changes/intend.ts';
import { ownDelivery } from '../changes/own-delivery.ts';
import { receive } from '../changes/receive-message.ts';
import { settle } from '../changes/settle.ts';
import { takeIn } from '../changes/take-in.ts';
import { type BoundsOptions, boundsOf } from '../changes/webhook-bounds.ts';
import { expireWebhooks } from './expire-webhooks.ts';
import { JobRows } from './job-rows.ts';
import { lazily } from './lazily.ts';
import type { Parts } from './parts.ts';
import { prepare } from './statement.ts';
import type { TurnMemory } from './turn-memory.ts';
import type { Writer } from './writer.ts';

/** What each does is said where the ports are. */
export interface Writes {
  block(change: ListChange): readonly Outcome[];
  unblock(change: ListChange): readonly Outcome[];
  receive(message: ReceivedMessage): { readonly blocked: boolean };
  addAccount(account: Omit<Account, 'app'>): boolean;
  changeAccountApp(name: AccountName, app: AppPatch | null): Account | 'no_account' | 'no_app_url';
  putNumber(id: PhoneNumberId, patch: NumberPatch, at: number): NumberPut;
  deleteNumber(id: PhoneNumberId, by: Actor, at: number): boolean;
  putConnection(name: ConnectionName, patch: ConnectionPatch, at: number): ConnectionPut;
  deleteConnection(name: ConnectionName): Awaited<ReturnType<Directory['deleteConnection']>>;
  addKey(key: Key, secretHash: SecretHash): KeyAdded;
  revokeKey(id: KeyId, at: number): boolean;
  setAdminKeyHash(hash: SecretHash): void;
  setPrepared(): void;
  enqueue(number: PhoneNumberId, at: number, limit: number): boolean;
  settle(number: PhoneNumberId, settlements: readonly Settlement[], at: number): readonly AppOwner[];
  intend(goal: PushGoal, change: ListChange, settleBy: number): Intended;
  adopt(goal: PushGoal, change: ListedChange): void;
  ask(goal: PushGoal, change: ListedChange): void;
  imported(number: PhoneNumberId, asOf: number): void;
  takeIn(intake: Intake): Taken;
  settleDelivery(id: DeliveryId, result: DeliveryResult, at: number): void;
  redeliver(id: DeliveryId, at: number): AppOwner | undefined;
  addDelivery(app: AppOwner, body: string, at: number): DeliveryId;
  expireWebhooks(at: number, limit: number): boolean;
  putJob(number: PhoneNumberId, job: ReconcileJob): void;
  /** Counts a counter up in place: goes the whole way of a write and leaves the database as long as it is. */
  probe(): void;
}

export type WriteName = keyof Writes;
export type Args<Name extends WriteName> = Parameters<Writes[Name]>;
export type Result<Name extends WriteName> = ReturnType<Writes[Name]>;

/** Where writes are handed in: each promise resolves once all that was written is on disk. */
export interface WriteQueue {
  run<Name extends WriteName>(name: Name, ...args: Args<Name>): Promise<Result<Name>>;
  /** Refuses what comes from now on; resolves when all that waited is settled. */
  close(): Promise<void>;
}

export function createWrites(
  db: DatabaseSync,
  { tables, accounts, connections, numbers, keys, memory }: Parts,
  options: BoundsOptions = {},
): Writes {
  const bounds = boundsOf(options);
  const setHash = prepare(db, 'UPDATE installation SET admin_key_hash = ?');
  const setPrepared = prepare(db, 'UPDATE installation SET prepared = 1');
  const jobs = lazily(() => new JobRows(db));
  const countProbe = prepare(db, 'UPDATE installation SET probes = probes + 1');
  return forgetful(memory, {
    block: (change) => block(tables, change),
    unblock: (change) => unblock(tables, change),
    receive: (message) => receive(tables, message),
    addAccount: (account) => accounts.add(account),
    changeAccountApp: (name, app) => accounts.changeApp(name, app),
    putNumber: (id, patch, at) => numbers.put(id, patch, at),
    deleteNumber: (id, by, at) => numbers.delete(id, by, at),
    putConnection: (name, patch, at) => connections.put(name, patch, at),
    deleteConnection: (name) => connections.delete(name),
    addKey: (key, secretHash) => keys.add(key, secretHash),
    revokeKey: (id, at) => keys.revoke(id, at),
    setAdminKeyHash: (hash) => {
      setHash.run(hash);
    },
    setPrepared: () => {
      setPrepared.run();
    },
    enqueue: (number, at, limit) => tables.pushes.lists.enqueue(number, at, limit),
    settle: (number, settlements, at) => settle(tables, number, settlements, at),
    intend: (goal, change, settleBy) => intend(tables, goal, change, settleBy),
    adopt: (goal, change) => adopt(tables, goal, change),
    ask: (goal, change) => ask(tables, goal, change),
    imported: (number, asOf) => tables.pushes.lists.imported(number, asOf),
    takeIn: (intake) => memory.intake(() => takeIn(tables, bounds, intake)),
    settleDelivery: (id, result, at) => tables.webhooks.deliveries.settle(id, result, at),
    redeliver: (id, at) => tables.webhooks.deliveries.redeliver(id, at),
    addDelivery: (app, body, at) => tables.webhooks.deliveries.add(ownDelivery(app, body, at), bounds.deliveryBytes),
    expireWebhooks: (at, limit) => expireWebhooks(tables.webhooks, bounds, at, limit),
    putJob: (number, job) => jobs().put(number, job),
    probe: () => {
      countProbe.run();
    },
  });
}

/** Writes that change nothing of what intakes remember, or tell them so. */
const remembering: ReadonlySet<string> = new Set<WriteName>(['takeIn', 'settleDelivery', 'probe']);

/** The same writes; before all others everything is forgotten. */
function forgetful(memory: TurnMemory, writes: Writes): Writes {
  const forgetting = Object.entries(writes).map(([name, write]: [string, (...args: never[]) => unknown]) => [
    name,
    remembering.has(name)
      ? write
      : (...args: never[]) => {
          memory.forget();
          return write(...args);
        },
  ]);
  return Object.fromEntries(forgetting);
}

/** Writes in the thread that asks. */
export class LocalWrites implements WriteQueue {
  readonly #writer: Writer;
  readonly #writes: Writes;

  constructor(writer: Writer, writes: Writes) {
    this.#writer = writer;
    this.#writes = writes;
  }

  run<Name extends WriteName>(name: Name, ...args: Args<Name>): Promise<Result<Name>> {
    const write = this.#writes[name] as (...args: Args<Name>) => Result<Name>;
    return this.#writer.run(() => write(...args), costOf(name, args));
  }

  close(): Promise<void> {
    return this.#writer.close();
  }
}

/** What the store does of its own accord, and what became of pushes and deliveries: to refuse it would have them repeated. */
const owns: ReadonlySet<WriteName> = new Set([
  'probe',
  'enqueue',
  'settle',
  'imported',
  'settleDelivery',
  'expireWebhooks',
  'putJob',
]);

/** Whether a write is never too much. */
export function isOwn(name: WriteName): boolean {
  return owns.has(name);
}

/** About how many rows a call writes. */
export function costOf<Name extends WriteName>(name: Name, args: Args<Name>): number {
  const [first, second, third]: readonly unknown[] = args;
  if (name === 'probe') return 0;
  if (name === 'enqueue') return Number(third);
  if (name === 'expireWebhooks') return Number(second);
  if (name === 'takeIn') return rowsOf(first as Intake);
  return usersIn(first) ?? usersIn(second) ?? 1;
}

function usersIn(value: unknown): number | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  if (Array.isArray(value)) return value.length;
  return 'users' in value && Array.isArray(value.users) ? value.users.length : undefined;
}
