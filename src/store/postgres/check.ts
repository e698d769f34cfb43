/** Is this user blocked? */
import { Refusal } from '../../core/errors.ts';
import type { PhoneNumberId } from '../../core/ids.ts';
import type { Check } from '../../core/ports.ts';
import type { UserId } from '../../core/user.ts';
import { Batch } from './batch.ts';
import { type EntryRow, entryColumns, toEntry } from './entry-rows.ts';
import { exactIdentity, variantIdentity } from './person-rows.ts';
import type { Session, Sessions } from './session.ts';

interface Asked {
  readonly number: PhoneNumberId;
  readonly user: UserId;
}

/** Of who is not blocked the columns of the entry are null. */
interface CheckRow extends Omit<EntryRow, 'seq'> {
  readonly is_hosted: boolean;
  readonly is_pushed: boolean;
  readonly is_exact: boolean;
  readonly seq: number | null;
}

/** What is said of a user on a list. */
export interface Checked {
  /** The list is also kept by a provider. */
  readonly isPushed: boolean;
  readonly check: Check | undefined;
}

// Each row is read by way of its key, whatever PostgreSQL believes of how many there are: hence the laterals. Who a person
// turned out to be is followed as far as it goes.
const checkAll = {
  name: 'check_all',
  text: `SELECT hosted.id IS NOT NULL AS is_hosted, hosted.connection IS NOT NULL AS is_pushed,
                exact.person IS NOT NULL AS is_exact, ${entryColumns}
         FROM unnest($1::text[], $2::text[], $3::text[]) WITH ORDINALITY AS asked (number, exact, variant, place)
         LEFT JOIN LATERAL (
           SELECT id, connection FROM business_number WHERE id = asked.number LIMIT 1) AS hosted ON true
         LEFT JOIN LATERAL (
           SELECT person FROM identity WHERE number = asked.number AND value = asked.exact LIMIT 1) AS exact ON true
         LEFT JOIN LATERAL (
           SELECT person FROM identity
           WHERE exact.person IS NULL AND number = asked.number AND value = asked.variant LIMIT 1) AS variant ON true
         LEFT JOIN LATERAL (
           SELECT id, blocked_seq, merged_into FROM person
           WHERE number = asked.number AND id = coalesce(exact.person, variant.person) LIMIT 1) AS person ON true
         LEFT JOIN LATERAL (
           SELECT * FROM block_entry
           WHERE number = asked.number AND seq = CASE
             WHEN person.id IS NULL THEN coalesce(exact.person, variant.person)
             WHEN person.merged_into IS NULL THEN person.blocked_seq
             ELSE (
               WITH RECURSIVE turned_out (blocked_seq, merged_into) AS (
                 VALUES (person.blocked_seq, person.merged_into)
                 UNION ALL
                 SELECT other.blocked_seq, other.merged_into
                 FROM turned_out JOIN person AS other ON other.number = asked.number AND other.id = turned_out.merged_into
               )
               SELECT blocked_seq FROM turned_out WHERE merged_into IS NULL) END
           LIMIT 1) AS entry ON true
         ORDER BY place`,
};

export class Checks {
  readonly #batch: Batch<Asked, Checked | undefined>;

  constructor(sessions: Sessions) {
    this.#batch = new Batch((asked) => sessions.read((session) => this.checkAll(session, asked)));
  }

  /** Of a number that is there; else refuses with `number_not_found`. */
  async check(number: PhoneNumberId, user: UserId): Promise<Checked> {
    const checked = await this.#batch.ask({ number, user });
    if (!checked) throw new Refusal({ kind: 'number_not_found', asked: number });
    return checked;
  }

  /** `undefined` stands for users of numbers that are not there. */
  async checkAll(session: Session, asked: readonly Asked[]): Promise<(Checked | undefined)[]> {
    const rows = await session.query<CheckRow>(checkAll, [
      asked.map(({ number }) => number),
      asked.map(({ user }) => exactIdentity(user)),
      asked.map(({ user }) => variantIdentity(user) ?? null),
    ]);
    return asked.map(({ user }, index) => {
      const row = rows[index];
      return row?.is_hosted ? { isPushed: row.is_pushed, check: toCheck(user, row) } : undefined;
    });
  }
}

function toCheck(user: UserId, { is_exact, seq, ...row }: CheckRow): Check | undefined {
  if (seq === null) return undefined;
  return { matchedBy: is_exact ? user.kind : 'variant', entry: toEntry({ ...row, seq }) };
}
