/** Who is on a page, read as one text: it costs a third of what rows would. */
import type { DatabaseSync } from 'node:sqlite';
import type { Bsuid, WaId } from '../../core/ids.ts';
import type { IdsPage, PageEnds } from '../../core/ports.ts';
import type { KnownIds } from '../../core/user.ts';
import type { Span } from './entries.ts';
import { prepareTuples } from './statement.ts';

/** A page beyond a list order, with what is told of the list. */
type ForwardRow = readonly [
  count: number,
  version: number,
  /** The last list order that was given. */
  seq: number,
  /** 1: there are entries before the page. */
  hasBefore: 0 | 1,
  /** The list order of the first entry beyond the page. */
  next: number | null,
  ids: string | null,
];

/** A page's users, and its ends unless it has none. */
export interface IdsWithin {
  readonly entries: KnownIds[];
  readonly ends?: PageEnds;
}

// The ids of one entry are parted by a space, the entries by commas. To ask for an order would cost as much again, and is
// not needed: the primary key is the only way to the rows, and SQLite walks it upwards.
const ids = `group_concat(iif(user_id IS NULL, wa_id, concat_ws(' ', wa_id, user_id)))`;

export class ListedIds {
  readonly #sql;

  constructor(db: DatabaseSync) {
    this.#sql = {
      within: prepareTuples<readonly [ids: string | null]>(
        db,
        `SELECT ${ids} FROM block_entry WHERE list = ? AND seq > ? AND seq <= ?`,
      ),
      // Where every list order that was given is in the list, nothing has to be counted to find the end of the page.
      forward: prepareTuples<ForwardRow>(
        db,
        `WITH page AS MATERIALIZED (
           SELECT count, version, seq,
                  EXISTS (SELECT 1 FROM block_entry WHERE list = ?1 AND seq <= ?2) AS has_before,
                  iif(count = seq,
                      iif(?2 + ?3 < seq, ?2 + ?3 + 1, NULL),
                      (SELECT seq FROM block_entry WHERE list = ?1 AND seq > ?2 ORDER BY seq LIMIT 1 OFFSET ?3)) AS next
           FROM number_state WHERE list = ?1
         )
         SELECT count, version, seq, has_before, next,
                (SELECT ${ids} FROM block_entry WHERE list = ?1 AND seq > ?2 AND seq < ifnull(next, page.seq + 1))
         FROM page`,
      ),
    };
  }

  within(list: number, { after, through }: Span): IdsWithin {
    const [text] = this.#sql.within.get(list, after, through) ?? [null];
    return text === null ? { entries: [] } : { entries: splitEntries(text), ends: { first: after + 1, last: through } };
  }

  /** The page of up to `limit` beyond `after`; in one statement, as most pages are read in this way. */
  forward(list: number, after: number, limit: number): Extract<IdsPage, { kind: 'page' }> {
    const row = this.#sql.forward.get(list, after, limit);
    if (!row) throw new Error(`there is no list ${list}`);
    const [count, version, seq, hasBefore, next, text] = row;
    const page = { kind: 'page', count, version, hasBefore: hasBefore === 1, hasAfter: next !== null } as const;
    if (text === null) return { ...page, entries: [] };
    return { ...page, entries: splitEntries(text), ends: { first: after + 1, last: next === null ? seq : next - 1 } };
  }
}

function splitEntries(text: string): KnownIds[] {
  const entries: KnownIds[] = [];
  for (let from = 0; from < text.length; ) {
    const comma = text.indexOf(',', from);
    const end = comma < 0 ? text.length : comma;
    entries.push(splitIds(text.slice(from, end)));
    from = end + 1;
  }
  return entries;
}

/** A wa_id begins with a digit, a BSUID does not; neither has a space or a comma. */
function splitIds(text: string): KnownIds {
  const space = text.indexOf(' ');
  if (space >= 0) return { waId: text.slice(0, space) as WaId, userId: text.slice(space + 1) as Bsuid };
  return text.charCodeAt(0) <= 0x39 ? { waId: text as WaId } : { userId: text as Bsuid };
}
