import type { Directory } from '../../core/ports.ts';
import type { Parts } from './parts.ts';
import type { Reader } from './reader.ts';
import type { WriteQueue } from './writes.ts';

export function createDirectory(
  { tables, accounts, numbers, keys }: Parts,
  reader: Reader,
  writes: WriteQueue,
): Directory {
  return {
    addAccount: (account) => writes.run('addAccount', account),
    account: (name) => reader.read(() => accounts.one(name)),
    accounts: (query) => reader.read(() => accounts.page(query)),

    putNumber: (id, patch, at) => writes.run('putNumber', id, patch, at),
    number: (id) => reader.readOne(() => numbers.one(id)),
    numbers: (query) => reader.read(() => numbers.page(query)),
    blockedCount: (id) => reader.read(() => tables.states.counters(id)?.count ?? 0),
    deleteNumber: (id, by, at) => writes.run('deleteNumber', id, by, at),

    addKey: (key, secretHash) => writes.run('addKey', key, secretHash),
    // Only after an active key was not found is another statement asked, for what to tell of a revoked one.
    keyBySecret: (secretHash) => reader.readOne(() => keys.bySecret(secretHash)),
    keys: (query) => reader.read(() => keys.page(query)),
    revokeKey: (id, at) => writes.run('revokeKey', id, at),
    onlyNumberOf: (key) => reader.read(() => numbers.onlyOneOf(key)),
  };
}
