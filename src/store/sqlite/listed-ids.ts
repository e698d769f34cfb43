/** Who is on a page, read as one text: it costs a third of what rows would. */
import type { DatabaseSync } from 'node:sqlite';
import { Refusal } from '../../core/errors.ts';
import type { Bsuid, PhoneNumberId, WaId } from '../../core/ids.ts';
import type { IdsPage, PageEnds } from '../../core/ports.ts';
import type { KnownIds } from '../../core/user.ts';
import type { Span } from './entries.ts';
import { prepare } from './statement.ts';

interface SpanRow extends PageEnds {
  /** null: there is none; the ends are those of other rows then, or null too. */
  readonly ids: string | null;
}

interface ForwardRow {
  readonly count: number;
  readonly version: number;
  /** The ends of the list and of the page; null: the list is empty, or it ends before the page is full. */
  readonly list_first: number | null;
  readonly list_last: number | null;
  readonly first: number | null;
  readonly last: number | null;
  readonly ids: string | null;
}

// The ids of one entry are parted by a space, the entries by commas. To ask for an order would cost as much again, and is
// not needed: the primary key is the only way to the rows, and SQLite walks it upwards.
const ids = `group_concat(iif(user_id IS NULL, wa_id, concat_ws(' ', wa_id, user_id)))`;

export class ListedIds {
  readonly #sql;

  constructor(db: DatabaseSync) {
    this.#sql = {
      within: prepare<SpanRow>(
        db,
        `SELECT (SELECT min(seq) FROM block_entry WHERE number = ?1 AND seq > ?2) AS first,
                (SELECT max(seq) FROM block_entry WHERE number = ?1 AND seq <= ?3) AS last,
                ${ids} AS ids
         FROM block_entry WHERE number = ?1 AND seq > ?2 AND seq <= ?3`,
      ),
      forward: prepare<ForwardRow>(
        db,
        `WITH page AS MATERIALIZED (
           SELECT count, version,
                  (SELECT min(seq) FROM block_entry WHERE number = ?1) AS list_first,
                  (SELECT max(seq) FROM block_entry WHERE number = ?1) AS list_last,
                  (SELECT min(seq) FROM block_entry WHERE number = ?1 AND seq > ?2) AS first,
                  (SELECT seq FROM block_entry WHERE number = ?1 AND seq > ?2 ORDER BY seq LIMIT 1 OFFSET ?3 - 1) AS last
           FROM business_number JOIN number_state ON number_state.number = business_number.id
           WHERE business_number.id = ?1
         )
         SELECT page.*, (SELECT ${ids} FROM block_entry
                         WHERE number = ?1 AND seq > ?2 AND seq <= ifnull(page.last, list_last)) AS ids
         FROM page`,
      ),
    };
  }

  within(number: PhoneNumberId, { after, through }: Span): { readonly entries: KnownIds[]; readonly ends?: PageEnds } {
    const row = this.#sql.within.get(number, after, through);
    if (!row?.ids) return { entries: [] };
    return { entries: splitEntries(row.ids), ends: { first: row.first, last: row.last } };
  }

  /** The page of up to `limit`, at least 1, beyond `after`; in one statement, as most pages are read in this way. */
  forward(number: PhoneNumberId, after: number, limit: number): Extract<IdsPage, { kind: 'page' }> {
    const row = this.#sql.forward.get(number, after, limit);
    if (!row) throw new Refusal({ kind: 'number_not_found', asked: number });
    const { count, version } = row;
    const { list_first: listFirst, list_last: listLast, first } = row;
    const last = row.last ?? listLast;
    return {
      kind: 'page',
      entries: row.ids === null ? [] : splitEntries(row.ids),
      ...(first !== null && last !== null && { ends: { first, last } }),
      count,
      version,
      hasBefore: listFirst !== null && listFirst <= after,
      hasAfter: last !== listLast,
    };
  }
}

function splitEntries(text: string): KnownIds[] {
  return text.split(',').map(splitIds);
}

/** A wa_id begins with a digit, a BSUID does not; neither has a space or a comma. */
function splitIds(text: string): KnownIds {
  const space = text.indexOf(' ');
  if (space >= 0) return { waId: text.slice(0, space) as WaId, userId: text.slice(space + 1) as Bsuid };
  return text.charCodeAt(0) <= 0x39 ? { waId: text as WaId } : { userId: text as Bsuid };
}
