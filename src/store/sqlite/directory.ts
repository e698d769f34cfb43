import type { Directory } from '../../core/ports.ts';
import type { DirectoryMemory } from './directory-memory.ts';
import type { Parts } from './parts.ts';
import type { Reader } from './reader.ts';
import type { WriteQueue } from './writes.ts';

export interface DirectoryParts {
  readonly parts: Parts;
  readonly reader: Reader;
  readonly memory: DirectoryMemory;
  readonly writes: WriteQueue;
}

export function createDirectory({ parts, reader, memory, writes }: DirectoryParts): Directory {
  const { tables, accounts, connections, numbers, keys } = parts;
  const {
    keys: knownKeys,
    numbers: knownNumbers,
    accounts: knownAccounts,
    connections: knownConnections,
    onlyNumbers,
    onlyConnections,
  } = memory;
  return {
    addAccount: (account) => writes.run('addAccount', account),
    changeAccountApp: (name, app) => writes.run('changeAccountApp', name, app),
    account: (name) => reader.readOne(() => memory.recall(knownAccounts, name, () => accounts.one(name))),
    accounts: (query) => reader.read(() => accounts.page(query)),

    putNumber: (id, patch, at) => writes.run('putNumber', id, patch, at),
    number: (id) => reader.readOne(() => memory.recall(knownNumbers, id, () => numbers.hosted(id))?.number),
    numbers: (query) => reader.read(() => numbers.page(query)),
    numberKnownAs: (connection, numberId) =>
      reader.readOne(() =>
        memory.recall(memory.knownAs, `${connection}/${numberId}`, () => numbers.knownAs(connection, numberId)),
      ),
    blockedCount: (id) => reader.read(() => tables.states.counters(id)?.count ?? 0),
    deleteNumber: (id, by, at) => writes.run('deleteNumber', id, by, at),

    putConnection: (name, patch, at) => writes.run('putConnection', name, patch, at),
    connection: (name) => reader.readOne(() => memory.recall(knownConnections, name, () => connections.one(name))),
    connections: (query) => reader.read(() => connections.page(query)),
    deleteConnection: (name) => writes.run('deleteConnection', name),
    onlyConnectionOf: (key) =>
      reader.readOne(() => memory.recall(onlyConnections, key.id, () => connections.onlyOneOf(key))),

    addKey: (key, secretHash) => writes.run('addKey', key, secretHash),
    // Only after an active key was not found is another statement asked, for what to tell of a revoked one.
    keyBySecret: (hash) => reader.readOne(() => memory.recall(knownKeys, hash, () => keys.bySecret(hash))),
    keys: (query) => reader.read(() => keys.page(query)),
    revokeKey: (id, at) => writes.run('revokeKey', id, at),
    onlyNumberOf: (key) => reader.readOne(() => memory.recall(onlyNumbers, key.id, () => numbers.onlyOneOf(key))),
  };
}
