/** A store that keeps numbers and keys in memory, and of the lists nothing: every request finds an empty one. */
import { randomBytes } from 'node:crypto';
import { decideBlock, decideUnblock, type ListState } from '../../src/core/block-list.ts';
import { Refusal } from '../../src/core/errors.ts';
import type { AccountName, KeyId, PhoneNumberId, SecretHash } from '../../src/core/ids.ts';
import { type BusinessNumber, changeNumber } from '../../src/core/numbers.ts';
import type { Account, BlockLists, Directory, Key, Store } from '../../src/core/ports.ts';

interface Kept {
  readonly accounts: Map<AccountName, Account>;
  readonly numbers: Map<PhoneNumberId, BusinessNumber>;
  readonly keys: Map<SecretHash, Key>;
}

export function createNullStore(): Store {
  const kept: Kept = { accounts: new Map(), numbers: new Map(), keys: new Map() };
  let adminKeyHash: SecretHash | undefined;
  return {
    lists: nullLists(kept),
    directory: keptDirectory(kept),
    installation: {
      cursorSecret: randomBytes(32),
      adminKeyHash: async () => adminKeyHash,
      setAdminKeyHash: async (hash) => {
        adminKeyHash = hash;
      },
    },
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
    check: async () => undefined,
    events: async () => ({ events: [], hasMore: false }),
  };
}

function keptDirectory({ accounts, numbers, keys }: Kept): Directory {
  const nothing = async () => ({ items: [], hasMore: false });
  return {
    addAccount: async (account) => {
      accounts.set(account.name, account);
      return true;
    },
    account: async (name) => accounts.get(name),
    accounts: nothing,
    putNumber: async (id, patch, at) => {
      const number = changeNumber(id, numbers.get(id), patch, at);
      if (!number) return { kind: 'no_display_phone_number' };
      numbers.set(id, number);
      return { kind: 'created', number };
    },
    number: async (id) => numbers.get(id),
    numbers: nothing,
    blockedCount: async () => 0,
    deleteNumber: async (id) => numbers.delete(id),
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
