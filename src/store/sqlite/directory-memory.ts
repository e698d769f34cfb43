/**
 * What requests ask of the directory again and again. It is exact: only this process writes the database (decision 0003),
 * and from the moment on when a write that may change the directory is asked for, nothing is taken from here or put in
 * until its promise settles, however it does. Reads are synchronous, so none that began before is still under way then.
 */
import type { Connection } from '../../core/connections.ts';
import type { AccountName, ConnectionName, KeyId, PhoneNumberId, SecretHash } from '../../core/ids.ts';
import type { BusinessNumber } from '../../core/numbers.ts';
import type { Account, Key, OnlyConnection } from '../../core/ports.ts';
import type { HostedNumber } from './numbers.ts';
import { Recent } from './recent.ts';
import type { Args, Result, WriteName, WriteQueue } from './writes.ts';

/** How many of each are remembered: some MB at most. */
const defaultCapacity = 10_000;

/** Writes that leave the directory as it is; any other may change it. */
const harmless: ReadonlySet<WriteName> = new Set([
  'block',
  'unblock',
  'receive',
  'enqueue',
  'settle',
  'intend',
  'adopt',
  'ask',
  'imported',
  'takeIn',
  'settleDelivery',
  'redeliver',
  'addDelivery',
  'expireWebhooks',
  'putJob',
  'setPrepared',
  'probe',
]);

export class DirectoryMemory {
  readonly keys: Recent<SecretHash, Key>;
  readonly numbers: Recent<PhoneNumberId, HostedNumber>;
  readonly onlyNumbers: Recent<KeyId, BusinessNumber>;
  /** By the name of the connection, a slash and the id at the provider. */
  readonly knownAs: Recent<string, BusinessNumber>;
  readonly accounts: Recent<AccountName, Account>;
  readonly connections: Recent<ConnectionName, Connection>;
  readonly onlyConnections: Recent<KeyId, OnlyConnection>;
  readonly admin = new Recent<'admin', { readonly admin_key_hash: SecretHash | null }>(2);
  /** How many writes are under way that may change the directory. */
  #changes = 0;

  constructor(capacity = defaultCapacity) {
    this.keys = new Recent(capacity);
    this.numbers = new Recent(capacity);
    this.onlyNumbers = new Recent(capacity);
    this.knownAs = new Recent(capacity);
    this.accounts = new Recent(capacity);
    this.connections = new Recent(capacity);
    this.onlyConnections = new Recent(capacity);
  }

  /** What is remembered. */
  known<Id, Value extends object>(values: Recent<Id, Value>, id: Id): Value | undefined {
    return this.#changes === 0 ? values.get(id) : undefined;
  }

  /** What is remembered, else what `find` finds. Many may get the same object: it is frozen. */
  recall<Id, Value extends object, Found extends Value | undefined>(
    values: Recent<Id, Value>,
    id: Id,
    find: () => Found,
  ): Value | Found {
    const known = this.known(values, id);
    if (known !== undefined) return known;
    const found = find();
    if (found !== undefined && this.#changes === 0) values.set(id, freeze(found));
    return found;
  }

  /** The queue, watched for what may change the directory. */
  watch(writes: WriteQueue): WriteQueue {
    return {
      run: (name, ...args) => (harmless.has(name) ? writes.run(name, ...args) : this.#change(writes, name, args)),
      close: () => writes.close(),
    };
  }

  async #change<Name extends WriteName>(writes: WriteQueue, name: Name, args: Args<Name>): Promise<Result<Name>> {
    this.#changes += 1;
    const { keys, numbers, onlyNumbers, knownAs, accounts, connections, onlyConnections, admin } = this;
    for (const values of [keys, numbers, onlyNumbers, knownAs, accounts, connections, onlyConnections, admin])
      values.clear();
    try {
      return await writes.run(name, ...args);
    } finally {
      this.#changes -= 1;
    }
  }
}

function freeze<Value extends object>(value: Value): Value {
  for (const inner of Object.values(value)) if (typeof inner === 'object' && inner !== null) freeze(inner);
  return Object.freeze(value);
}
