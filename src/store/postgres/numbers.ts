/** The business numbers. */
import { advance, type Counters } from '../../core/block-list.ts';
import type { ConnectionName, PhoneNumberId } from '../../core/ids.ts';
import { type BusinessNumber, changeNumber, isNumberFault, type NumberPatch } from '../../core/numbers.ts';
import type { Actor, DirectoryPage, DirectoryQuery, Key, NumberPut } from '../../core/ports.ts';
import { toDirectoryPage } from '../changes/directory-page.ts';
import { type NumberRow, numberColumns, numberValues, toNumber } from '../changes/number-rows.ts';
import { hasAccount } from './accounts.ts';
import { shareConnection } from './connections.ts';
import { lockLine } from './lines.ts';
import type { Session } from './session.ts';

/** What a change of a number means beyond its row: what is kept of pushing and of webhooks. */
export interface NumberEffects {
  followUpstream(session: Session, number: PhoneNumberId, change: UpstreamChange, at: number): Promise<void>;
  /** Forgets what is kept of pushes, held messages and deliveries of a number. */
  forget(session: Session, number: BusinessNumber): Promise<void>;
}

export interface UpstreamChange {
  readonly before: BusinessNumber | undefined;
  readonly after: BusinessNumber;
  /** The change named an upstream, maybe the one that was there. */
  readonly isAskedAgain: boolean;
}

const many = {
  name: 'numbers_by_ids',
  text: `SELECT hosted.* FROM unnest($1::text[]) AS asked (id)
         CROSS JOIN LATERAL (SELECT * FROM business_number WHERE id = asked.id LIMIT 1) AS hosted`,
};
const knownAs = {
  name: 'number_known_as',
  text: 'SELECT * FROM business_number WHERE connection = $1 AND upstream_number_id = $2 ORDER BY id LIMIT 1',
};
const page = { name: 'numbers', text: 'SELECT * FROM business_number WHERE id > $1 ORDER BY id LIMIT $2' };
const put = {
  name: 'put_number',
  text: `INSERT INTO business_number (${numberColumns.join(', ')})
         VALUES (${numberColumns.map((_column, index) => `$${index + 1}`).join(', ')})
         ON CONFLICT (id) DO UPDATE SET ${numberColumns.map((column) => `${column} = excluded.${column}`).join(', ')}`,
};
// A key without an id reaches all numbers of the account.
const ofKeys = {
  name: 'only_numbers_of_keys',
  text: `SELECT asked.place::int, hosted.*
         FROM unnest($1::text[], $2::text[]) WITH ORDINALITY AS asked (account, key, place)
         CROSS JOIN LATERAL (
           (SELECT * FROM business_number WHERE asked.key IS NULL AND account = asked.account LIMIT 2)
           UNION ALL
           (SELECT business_number.*
            FROM key_number CROSS JOIN LATERAL (
              SELECT * FROM business_number WHERE id = key_number.number AND account = asked.account LIMIT 1
            ) AS business_number
            WHERE key_number.account = asked.account AND key_number.key = asked.key LIMIT 2)) AS hosted`,
};
const state = { name: 'counters', text: 'SELECT count, version, seq FROM number_state WHERE number = $1' };
const beginState = {
  name: 'begin_state',
  text: `INSERT INTO number_state (number, count, version, seq, next_person) VALUES ($1, 0, 0, 0, 1)
         ON CONFLICT DO NOTHING`,
};
const saveState = {
  name: 'save_counters',
  text: 'UPDATE number_state SET count = $2, version = $3, seq = $4 WHERE number = $1',
};
const logDeletion = {
  name: 'log_deletion',
  text: `INSERT INTO block_event (number, last_seq, n, at, action, dialect, key_id, request_id, reason, users)
         VALUES ($1, $2, 1, $3, 'delete_number', $4, $5, $6, NULL, '[null]')`,
};
// Whoever adds a key for the number holds the number's row, and has added it once that is gone.
const deletes = [
  { name: 'delete_number', text: 'DELETE FROM business_number WHERE id = $1' },
  { name: 'forget_job', text: 'DELETE FROM job WHERE number = $1' },
  { name: 'delete_number_of_keys', text: 'DELETE FROM key_number WHERE number = $1' },
  { name: 'forget_identities', text: 'DELETE FROM identity WHERE number = $1' },
  { name: 'forget_people', text: 'DELETE FROM person WHERE number = $1' },
  { name: 'forget_entries', text: 'DELETE FROM block_entry WHERE number = $1' },
];

/** The caller has locked the number, if it was ever there. */
export async function putNumber(
  session: Session,
  effects: NumberEffects,
  id: PhoneNumberId,
  patch: NumberPatch,
  at: number,
): Promise<NumberPut> {
  const [[before], counters] = await Promise.all([readNumbersById(session, [id]), readCounters(session, id)]);
  const number = changeNumber(id, before, patch, at);
  if (isNumberFault(number)) return number;
  const { account, upstream } = number;
  if (!(await hasAccount(session, account))) return { kind: 'unknown_account', account };
  if (upstream && (await shareConnection(session, upstream.connection))?.account !== account)
    return { kind: 'unknown_connection', connection: upstream.connection };
  if (!counters && (await session.run(beginState, [id])) === 0) {
    // Somebody else was first.
    await lockLine(session, id);
    return putNumber(session, effects, id, patch, at);
  }
  await session.run(put, numberValues(number));
  if (upstream || before?.upstream) {
    const change = { before, after: number, isAskedAgain: patch.upstream !== undefined };
    await effects.followUpstream(session, id, change, at);
  }
  return { kind: before ? 'changed' : 'created', number };
}

/**
 * The counters and the log stay: should the number come again, its list goes on from there. The caller has locked the number.
 * False: there was none.
 */
export async function deleteNumber(
  session: Session,
  effects: NumberEffects,
  id: PhoneNumberId,
  by: Actor,
  at: number,
): Promise<boolean> {
  const [[number], before] = await Promise.all([readNumbersById(session, [id]), readCounters(session, id)]);
  if (!number || !before) return false;
  const after = advance(before, { members: -before.count, events: 1 }, at);
  for (const sql of deletes) await session.run(sql, [id]);
  await effects.forget(session, number);
  await session.run(logDeletion, [id, after.seq, at, by.dialect, by.keyId, by.requestId]);
  await session.run(saveState, [id, after.count, after.version, after.seq]);
  return true;
}

/** In the order of the ids; `undefined` stands for those that are not there. */
export async function readNumbersById(
  session: Session,
  ids: readonly PhoneNumberId[],
): Promise<(BusinessNumber | undefined)[]> {
  const rows = await session.query<NumberRow>(many, [[...new Set(ids)]]);
  const numbers = new Map(rows.map((row) => [row.id, toNumber(row)]));
  return ids.map((id) => numbers.get(id));
}

/** The number that a connection's provider knows by this id. */
export async function readNumberKnownAs(
  session: Session,
  connection: ConnectionName,
  numberId: PhoneNumberId,
): Promise<BusinessNumber | undefined> {
  const [row] = await session.query<NumberRow>(knownAs, [connection, numberId]);
  return row && toNumber(row);
}

export async function readNumbers(
  session: Session,
  { after, limit }: DirectoryQuery<PhoneNumberId>,
): Promise<DirectoryPage<BusinessNumber>> {
  return toDirectoryPage(await session.query<NumberRow>(page, [after ?? '', limit + 1]), limit, toNumber);
}

/** Of each key the number that it reaches, if that is one alone. */
export async function onlyNumbersOf(session: Session, keys: readonly Key[]): Promise<(BusinessNumber | undefined)[]> {
  const asked = new Map(keys.map((key) => [nameOf(key), key]));
  const rows = await session.query<NumberRow & { readonly place: number }>(ofKeys, [
    [...asked.values()].map(({ account }) => account),
    [...asked.values()].map(({ id, numbers }) => (numbers === 'all' ? null : id)),
  ]);
  const found = Map.groupBy(rows, ({ place }) => place);
  const only = [...asked.keys()].map((name, index) => {
    const [first, another] = found.get(index + 1) ?? [];
    return [name, first && !another ? toNumber(first) : undefined] as const;
  });
  const numbers = new Map(only);
  return keys.map((key) => numbers.get(nameOf(key)));
}

/** No other key's. */
function nameOf({ account, id }: Key): string {
  return `${account} ${id}`;
}

/** Of a number that is or once was there. */
export async function readCounters(session: Session, id: PhoneNumberId): Promise<Counters | undefined> {
  const [row] = await session.query<Counters>(state, [id]);
  return row;
}
