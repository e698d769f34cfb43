/** A store that keeps numbers and keys in memory, and of the lists nothing: every request finds an empty one. */
import { randomBytes } from 'node:crypto';
import { changeApp } from '../../src/core/apps.ts';
import { decideBlock, decideUnblock, type ListState } from '../../src/core/block-list.ts';
import { type Connection, changeConnection } from '../../src/core/connections.ts';
import { Refusal } from '../../src/core/errors.ts';
import type { AccountName, ConnectionName, DeliveryId, KeyId, PhoneNumberId, SecretHash } from '../../src/core/ids.ts';
import { type BusinessNumber, changeNumber, isNumberFault } from '../../src/core/numbers.ts';
import type { Account, BlockLists, Directory, Key, Pushes, Store, Webhooks } from '../../src/core/ports.ts';

interface Kept {
  readonly accounts: Map<AccountName, Account>;
  readonly numbers: Map<PhoneNumberId, BusinessNumber>;
  readonly connections: Map<ConnectionName, Connection>;
  readonly keys: Map<SecretHash, Key>;
}

export function createNullStore(): Store {
  const kept: Kept = { accounts: new Map(), numbers: new Map(), connections: new Map(), keys: new Map() };
  let adminKeyHash: SecretHash | undefined;
  return {
    lists: nullLists(kept),
    directory: keptDirectory(kept),
    pushes: nullPushes(),
    webhooks: nullWebhooks(),
    installation: {
      cursorSecret: randomBytes(32),
      adminKeyHash: async () => adminKeyHash,
      setAdminKeyHash: async (hash) => {
        adminKeyHash = hash;
      },
      isPrepared: async () => true,
      setPrepared: async () => {},
    },
    leases: {
      isShared: false,
      claim: async (work) => ({ work, token: 1 }),
      renew: async () => true,
      release: async () => {},
    },
    jobs: { put: async () => {}, last: async () => undefined },
    probe: async () => {},
    usage: async () => ({ bytes: 0, waitingWrites: 0 }),
    close: async () => {},
  };
}

const emptyPage = { kind: 'page', entries: [], count: 0, version: 0, hasBefore: false, hasAfter: false } as const;

function nullLists({ numbers }: Kept): BlockLists {
  const stateOf = (id: PhoneNumberId): ListState => {
    const number = numbers.get(id);
    if (!number) throw new Refusal({ kind: 'number_not_found', asked: id });
    return {
      count: 0,
      version: 0,
      seq: 0,
      rules: number.rules,
      ownWaId: number.waId,
      find: () => undefined,
      isBusiness: () => false,
      reasonOf: () => undefined,
    };
  };
  return {
    block: async ({ number, users, at, reason }) => decideBlock(stateOf(number), users, at, reason).outcomes,
    unblock: async ({ number, users, at }) => decideUnblock(stateOf(number), users, at).outcomes,
    receive: async () => ({ blocked: false }),
    page: async () => emptyPage,
    pageOfIds: async () => emptyPage,
    isBlocked: async () => false,
    check: async () => undefined,
    removal: async () => undefined,
    events: async () => ({ events: [], hasMore: false }),
  };
}

function nullPushes(): Pushes {
  return {
    due: async () => [],
    next: async () => ({ pushes: [], room: 0, isComplete: true }),
    enqueue: async () => false,
    settle: async () => [],
    intend: async () => ({ outcomes: [], pushes: [] }),
    counts: async () => [],
    removals: async () => ({ asOf: 0, users: [] }),
    adopt: async () => {},
    ask: async () => {},
    imports: async () => [],
    importing: async () => undefined,
    imported: async () => {},
  };
}

function nullWebhooks(): Webhooks {
  return {
    takeIn: async () => ({ apps: [], opened: [], messages: 0, blocked: 0 }),
    waiting: async () => [],
    next: async () => [],
    line: async () => [],
    settle: async () => {},
    deliveries: async () => ({ items: [], hasMore: false }),
    delivery: async () => undefined,
    redeliver: async () => undefined,
    addDelivery: async () => `dlv_${'A'.repeat(22)}` as DeliveryId,
    held: async () => [],
    expire: async () => false,
    counts: async () => ({ waiting: 0, givenUp: 0, deliveryBytes: 0, held: 0, heldBytes: 0 }),
  };
}

function keptDirectory({ accounts, numbers, connections, keys }: Kept): Directory {
  const nothing = async () => ({ items: [], hasMore: false });
  return {
    addAccount: async (account) => {
      accounts.set(account.name, { ...account, app: null });
      return true;
    },
    changeAccountApp: async (name, patch) => {
      const account = accounts.get(name);
      if (!account) return 'no_account';
      const app = changeApp(account.app, patch);
      if (app === undefined) return 'no_app_url';
      accounts.set(name, { ...account, app });
      return { ...account, app };
    },
    account: async (name) => accounts.get(name),
    accounts: nothing,
    putNumber: async (id, patch, at) => {
      const number = changeNumber(id, numbers.get(id), patch, at);
      if (isNumberFault(number)) return number;
      numbers.set(id, number);
      return { kind: 'created', number };
    },
    number: async (id) => numbers.get(id),
    numbers: nothing,
    numberKnownAs: async (connection, numberId) =>
      [...numbers.values()].find(
        ({ upstream }) => upstream?.connection === connection && upstream.numberId === numberId,
      ),
    blockedCount: async () => 0,
    deleteNumber: async (id) => numbers.delete(id),
    putConnection: async (name, patch, at) => {
      const connection = changeConnection(name, connections.get(name), patch, at);
      if ('missing' in connection) return { kind: 'incomplete', missing: connection.missing };
      connections.set(name, connection);
      return { kind: 'created', connection };
    },
    connection: async (name) => connections.get(name),
    connections: nothing,
    deleteConnection: async (name) => (connections.delete(name) ? 'deleted' : 'not_found'),
    onlyConnectionOf: async () => ({ kind: 'none' }),
    addKey: async (key, secretHash) => {
      keys.set(secretHash, key);
      return { kind: 'added' };
    },
    keyBySecret: async (secretHash) => keys.get(secretHash),
    keys: nothing,
    revokeKey: async (_id: KeyId) => false,
    onlyNumberOf: async (key) => (key.numbers === 'all' ? undefined : numbers.get(key.numbers[0] as PhoneNumberId)),
  };
}
