/** Accounts, numbers, connections and keys, for who asks. Nothing is remembered: another node may have changed it. */
import type { PhoneNumberId, SecretHash } from '../../core/ids.ts';
import type { BusinessNumber } from '../../core/numbers.ts';
import type { Directory, Key } from '../../core/ports.ts';
import { addAccount, changeAccountApp, readAccount, readAccounts } from './accounts.ts';
import { Batch } from './batch.ts';
import {
  deleteConnection,
  onlyConnectionOf,
  putConnection,
  readConnection,
  readConnections,
  readNumbersOf,
} from './connections.ts';
import type { LoneWork, Writes } from './groups.ts';
import { addKey, readKeys, readKeysBySecrets, revokeKey } from './keys.ts';
import {
  deleteNumber,
  type NumberEffects,
  onlyNumbersOf,
  putNumber,
  readCounters,
  readNumberKnownAs,
  readNumbers,
  readNumbersById,
} from './numbers.ts';
import type { Session, Sessions } from './session.ts';

/** What a change of the directory means for what is kept beside it. */
export interface DirectoryEffects extends NumberEffects {
  /** If the connection of the number, which the caller has locked, reaches another list, everything is pushed again. */
  beginAgain(session: Session, number: PhoneNumberId, at: number): Promise<void>;
  /** The caller has locked the number. */
  retryFailed(session: Session, number: PhoneNumberId, at: number): Promise<void>;
}

export interface DirectoryParts {
  readonly effects: DirectoryEffects;
  readonly sessions: Sessions;
  readonly writes: Writes;
}

const costs = { cost: 1 };
/** How many numbers of a connection follow its change at once. */
const together = 4;

export function createDirectory({ sessions, writes, effects }: DirectoryParts): Directory {
  const write = <Value>(work: LoneWork<Value>) => writes.transaction(costs, work);
  const numbers = new Batch<PhoneNumberId, BusinessNumber | undefined>((ids) =>
    sessions.read((session) => readNumbersById(session, ids)),
  );
  const keys = new Batch<SecretHash, Key | undefined>((hashes) =>
    sessions.read((session) => readKeysBySecrets(session, hashes)),
  );

  const onlyNumbers = new Batch<Key, BusinessNumber | undefined>((asked) =>
    sessions.read((session) => onlyNumbersOf(session, asked)),
  );

  /** Each number in a transaction of its own. One that is left out, as the process ends, follows when it is next looked at. */
  async function follow(
    ids: readonly PhoneNumberId[],
    work: (session: Session, number: PhoneNumberId) => Promise<void>,
  ): Promise<void> {
    const next = ids.values();
    const inTurn = async () => {
      for (const id of next) await writes.runAlone(id, { cost: 1, isOwn: true }, (session) => work(session, id));
    };
    await Promise.all(Array.from({ length: together }, inTurn));
  }

  return {
    addAccount: (account) => write((session) => addAccount(session, account)),
    changeAccountApp: (name, app) => write((session) => changeAccountApp(session, name, app)),
    account: (name) => sessions.read((session) => readAccount(session, name)),
    accounts: (query) => sessions.read((session) => readAccounts(session, query)),

    putNumber: (id, patch, at) => writes.runAlone(id, costs, (session) => putNumber(session, effects, id, patch, at)),
    number: (id) => numbers.ask(id),
    numbers: (query) => sessions.read((session) => readNumbers(session, query)),
    numberKnownAs: (connection, numberId) =>
      sessions.read((session) => readNumberKnownAs(session, connection, numberId)),
    blockedCount: async (id) => (await sessions.read((session) => readCounters(session, id)))?.count ?? 0,
    deleteNumber: (id, by, at) => writes.runAlone(id, costs, (session) => deleteNumber(session, effects, id, by, at)),

    putConnection: async (name, patch, at) => {
      const { put, follow: effect } = await write((session) => putConnection(session, name, patch, at));
      if (effect) {
        const work = effect === 'begin_again' ? effects.beginAgain : effects.retryFailed;
        const ids = await sessions.read((session) => readNumbersOf(session, name));
        await follow(ids, (session, id) => work(session, id, at));
      }
      return put;
    },
    connection: (name) => sessions.read((session) => readConnection(session, name)),
    connections: (query) => sessions.read((session) => readConnections(session, query)),
    deleteConnection: (name) => write((session) => deleteConnection(session, name)),
    onlyConnectionOf: (key) => sessions.read((session) => onlyConnectionOf(session, key)),

    addKey: (key, secretHash) => write((session) => addKey(session, key, secretHash)),
    keyBySecret: (hash) => keys.ask(hash),
    keys: (query) => sessions.read((session) => readKeys(session, query)),
    revokeKey: (id, at) => write((session) => revokeKey(session, id, at)),
    onlyNumberOf: (key) => onlyNumbers.ask(key),
  };
}
