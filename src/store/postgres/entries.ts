/** Who is blocked now, for who reads it: one row per entry, in list order. */
import type { Bsuid, PhoneNumberId, WaId } from '../../core/ids.ts';
import type { BlockEntry } from '../../core/ports.ts';
import type { KnownIds } from '../../core/user.ts';
import { type EntryRow, entryColumns, toEntry } from '../changes/entry-rows.ts';
import { toKnownIds } from '../changes/known-ids.ts';
import type { Session } from './session.ts';

/** A list as a whole. `first` and `last` are its ends, which in an empty list are Infinity and 0. */
export interface ListHead {
  readonly count: number;
  readonly version: number;
  /** The last list order that was given. */
  readonly seq: number;
  readonly first: number;
  readonly last: number;
  /** The list is also kept by a provider. */
  readonly isPushed: boolean;
}

/** A part of a list: what comes after one list order, up to and with another. */
export interface Span {
  readonly after: number;
  readonly through: number;
}

interface HeadRow extends Omit<ListHead, 'first' | 'last' | 'isPushed'> {
  readonly first: number | null;
  readonly last: number | null;
  readonly is_pushed: boolean;
}

const head = {
  name: 'list_head',
  text: `SELECT count, version, seq,
                (SELECT min(seq) FROM block_entry WHERE number = $1) AS first,
                (SELECT max(seq) FROM block_entry WHERE number = $1) AS last,
                connection IS NOT NULL AS is_pushed
         FROM business_number JOIN number_state ON number_state.number = business_number.id
         WHERE business_number.id = $1`,
};

const within = {
  name: 'entries_within',
  givesArrays: true,
  text: `SELECT ${entryColumns} FROM block_entry AS entry WHERE number = $1 AND seq > $2 AND seq <= $3 ORDER BY seq`,
};

const idsWithin = {
  name: 'ids_within',
  text: 'SELECT wa_id, user_id FROM block_entry WHERE number = $1 AND seq > $2 AND seq <= $3 ORDER BY seq',
};

const hop = {
  name: 'hop',
  text: 'SELECT seq FROM block_entry WHERE number = $1 AND seq > $2 ORDER BY seq LIMIT 1 OFFSET $3',
};

const hopBack = {
  name: 'hop_back',
  text: 'SELECT seq FROM block_entry WHERE number = $1 AND seq < $2 ORDER BY seq DESC LIMIT 1 OFFSET $3',
};

const marks = {
  name: 'marks',
  text: `SELECT seq FROM (
           SELECT seq, row_number() OVER (ORDER BY seq) AS place FROM (
             SELECT seq FROM block_entry WHERE number = $1 AND seq > $2 ORDER BY seq LIMIT $3::bigint * $4::bigint) AS part
         ) AS placed
         WHERE place % $3::bigint = 0 ORDER BY seq`,
};

interface SeqRow {
  readonly seq: number;
}

/** `undefined`: the number is not there. */
export async function readHead(session: Session, number: PhoneNumberId): Promise<ListHead | undefined> {
  const [row] = await session.query<HeadRow>(head, [number]);
  if (!row) return undefined;
  const { is_pushed: isPushed, first, last, ...counters } = row;
  return { ...counters, first: first ?? Infinity, last: last ?? 0, isPushed };
}

export async function readWithin(session: Session, number: PhoneNumberId, span: Span): Promise<BlockEntry[]> {
  const rows = await session.query<EntryRow>(within, [number, span.after, span.through]);
  return rows.map((row) => toEntry(row));
}

export async function readIdsWithin(session: Session, number: PhoneNumberId, span: Span): Promise<KnownIds[]> {
  const rows = await session.query<{ readonly wa_id: WaId | null; readonly user_id: Bsuid | null }>(idsWithin, [
    number,
    span.after,
    span.through,
  ]);
  return rows.map(({ wa_id, user_id }) => toKnownIds(wa_id, user_id));
}

/** The list order of the entry that is `rows` rows beyond `seq`. */
export async function readHop(
  session: Session,
  number: PhoneNumberId,
  seq: number,
  rows: number,
): Promise<number | undefined> {
  if (rows === 0) return seq;
  const [row] = await session.query<SeqRow>(hop, [number, seq, rows - 1]);
  return row?.seq;
}

/** The list order after which the last `rows` entries before `seq` come. */
export async function readHopBack(session: Session, number: PhoneNumberId, seq: number, rows: number): Promise<number> {
  const [row] = rows === 0 ? [{ seq }] : await session.query<SeqRow>(hopBack, [number, seq, rows - 1]);
  return (row?.seq ?? 1) - 1;
}

/** The list orders of every `spacing`th entry after `after`, at most `limit` of them. */
export async function readMarks(
  session: Session,
  number: PhoneNumberId,
  after: number,
  { spacing, limit }: { readonly spacing: number; readonly limit: number },
): Promise<number[]> {
  const rows = await session.query<SeqRow>(marks, [number, after, spacing, limit]);
  return rows.map(({ seq }) => seq);
}
