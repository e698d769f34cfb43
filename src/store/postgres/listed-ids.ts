/** A page of a list's ids, read in one statement as one text: most pages are read in this way. */
import { Refusal } from '../../core/errors.ts';
import type { Bsuid, PhoneNumberId, WaId } from '../../core/ids.ts';
import type { Position } from '../../core/paging.ts';
import type { IdsPage } from '../../core/ports.ts';
import type { KnownIds } from '../../core/user.ts';
import type { Session } from './session.ts';

interface ForwardRow {
  readonly count: number;
  readonly version: number;
  /** The last list order that was given. */
  readonly seq: number;
  readonly has_before: boolean;
  /** The list order of the first entry beyond the page. */
  readonly next: number | null;
  readonly ids: string | null;
}

// EXISTS would be answered by reading the table from its beginning, where PostgreSQL believes that it finds one there soon.
// Where every list order that was given is in the list, nothing has to be counted to find the end of the page. The ids of one
// entry are parted by a space, the entries by commas.
const forward = {
  name: 'ids_forward',
  text: `SELECT count, version, seq, has_before, next,
                (SELECT string_agg(concat_ws(' ', wa_id, user_id), ',' ORDER BY entry.seq) FROM block_entry AS entry
                 WHERE number = $1 AND entry.seq > $2 AND entry.seq < coalesce(next, page.seq + 1)) AS ids
         FROM (
           SELECT count, version, seq,
                  (SELECT entry.seq FROM block_entry AS entry
                   WHERE number = $1 AND entry.seq <= $2 ORDER BY entry.seq DESC LIMIT 1) IS NOT NULL AS has_before,
                  CASE WHEN count <> seq THEN
                         (SELECT entry.seq FROM block_entry AS entry
                          WHERE number = $1 AND entry.seq > $2 ORDER BY entry.seq LIMIT 1 OFFSET $3::bigint)
                       WHEN $2::bigint + $3::bigint < seq THEN $2::bigint + $3::bigint + 1 END AS next
           FROM business_number JOIN number_state ON number_state.number = business_number.id
           WHERE business_number.id = $1 OFFSET 0) AS page`,
};

/** The page of up to `limit` from the start or beyond a list order, of a number that is there. */
export async function readIdsForward(
  session: Session,
  number: PhoneNumberId,
  position: Extract<Position, { kind: 'start' } | { seq: number }>,
  limit: number,
): Promise<IdsPage> {
  const after = position.kind === 'start' ? 0 : position.seq;
  const [row] = await session.query<ForwardRow>(forward, [number, after, limit]);
  if (!row) throw new Refusal({ kind: 'number_not_found', asked: number });
  const { count, version, seq, has_before: hasBefore, next, ids } = row;
  const offset = position.kind === 'start' && { offset: 0 };
  const page = { kind: 'page', count, version, ...offset, hasBefore, hasAfter: next !== null } as const;
  if (ids === null) return { ...page, entries: [] };
  return {
    ...page,
    entries: ids.split(',').map(toIds),
    ends: { first: after + 1, last: next === null ? seq : next - 1 },
  };
}

/** A wa_id begins with a digit, a BSUID does not; neither has a space or a comma. */
function toIds(text: string): KnownIds {
  const space = text.indexOf(' ');
  if (space >= 0) return { waId: text.slice(0, space) as WaId, userId: text.slice(space + 1) as Bsuid };
  return text.charCodeAt(0) <= 0x39 ? { waId: text as WaId } : { userId: text as Bsuid };
}
