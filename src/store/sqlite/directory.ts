import type { DatabaseSync } from 'node:sqlite';
import type { Directory } from '../../core/ports.ts';
import { Accounts } from './accounts.ts';
import type { Tables } from './change-list.ts';
import { Keys } from './keys.ts';
import { Numbers } from './numbers.ts';
import type { Reader } from './reader.ts';
import type { Writer } from './writer.ts';

export function createDirectory(db: DatabaseSync, tables: Tables, reader: Reader, writer: Writer): Directory {
  const accounts = new Accounts(db);
  const numbers = new Numbers(db, accounts, tables);
  const keys = new Keys(db, accounts, numbers);
  return {
    addAccount: (account) => writer.run(() => accounts.add(account)),
    account: (name) => reader.read(() => accounts.one(name)),
    accounts: (query) => reader.read(() => accounts.page(query)),

    putNumber: (id, patch, at) => writer.run(() => numbers.put(id, patch, at)),
    number: (id) => reader.read(() => numbers.one(id)),
    numbers: (query) => reader.read(() => numbers.page(query)),
    blockedCount: (id) => reader.read(() => tables.states.counters(id)?.count ?? 0),
    deleteNumber: (id, by, at) => writer.run(() => numbers.delete(id, by, at)),

    addKey: (key, secretHash) => writer.run(() => keys.add(key, secretHash)),
    keyBySecret: (secretHash) => reader.read(() => keys.bySecret(secretHash)),
    keys: (query) => reader.read(() => keys.page(query)),
    revokeKey: (id, at) => writer.run(() => keys.revoke(id, at)),
    onlyNumberOf: (key) => reader.read(() => numbers.onlyOneOf(key)),
  };
}
