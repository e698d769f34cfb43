/** Is this user blocked? */
import type { DatabaseSync } from 'node:sqlite';
import type { Check } from '../../core/ports.ts';
import type { UserId } from '../../core/user.ts';
import { type EntryRow, entryColumns, toEntry } from '../changes/entry-rows.ts';
import { personOfIdentity } from './identities.ts';
import { exactIdentity, variantIdentity } from './people.ts';
import type { Reader } from './reader.ts';
import { prepareTuples } from './statement.ts';
import type { SqliteTables } from './tables.ts';

/** The entry of a person by one of their ids; of one who is not blocked its columns are null. */
type CheckRow = readonly [...(EntryRow | NoEntry), mergedInto: number | null];
type NoEntry = readonly [null, null, null, null, null, null, null, null];

export class Checks {
  readonly #tables: SqliteTables;
  readonly #reader: Reader;
  readonly #byIdentity;

  constructor(db: DatabaseSync, tables: SqliteTables, reader: Reader) {
    this.#tables = tables;
    this.#reader = reader;
    this.#byIdentity = prepareTuples<CheckRow>(
      db,
      `SELECT ${entryColumns}, person.merged_into
       FROM ${personOfIdentity} AS identity
       LEFT JOIN person ON person.list = ?1 AND person.id = identity.person
       LEFT JOIN block_entry AS entry
         ON entry.list = ?1 AND entry.seq = iif(person.id IS NULL, identity.person, person.blocked_seq)`,
    );
  }

  /** Of strangers it is known without a look; one statement tells it of nearly everybody else, and the others need several. */
  check(list: number, user: UserId): Check | undefined {
    if (this.#tables.people.isStranger(list, user)) return undefined;
    const row = this.#byIdentity.get(list, exactIdentity(user));
    const isClear = row ? row[8] === null : variantIdentity(user) === undefined;
    if (!isClear) return this.#reader.together(() => this.#checkThoroughly(list, user));
    return row && row[0] !== null ? { matchedBy: user.kind, entry: toEntry(row) } : undefined;
  }

  /** By a variant of the phone number too, and by way of whom the person turned out to be. */
  #checkThoroughly(list: number, user: UserId): Check | undefined {
    const { people, entries } = this.#tables;
    const match = people.find(list, [user])(user);
    if (match?.person.blockedSeq === undefined) return undefined;
    const entry = entries.at(list, match.person.blockedSeq);
    return entry && { matchedBy: match.by, entry };
  }
}
