/**
 * Most changes of lists need no lock: they are decided over what one statement read, and written by another that is a
 * transaction of its own, if the number still has the stamp that was read. Whatever is written under the number's lock moves
 * the stamp, so that what was decided rests on what is so when it is written; else it is decided once more, under the lock.
 *
 * Whom a block names is mostly new to the list. So it is first decided as if that were known, over the number's row as this node
 * last saw it, and written if both are so: then nothing is read.
 */
import type { PhoneNumberId } from '../../core/ids.ts';
import type { UserId } from '../../core/user.ts';
import { KnownNumbers } from './known-numbers.ts';
import { ReadLists } from './read-lists.ts';
import type { Sessions } from './session.ts';
import { type WorkingParts, WorkingSet } from './working-set.ts';
import type { Stamp, Written } from './written.ts';

/** So many groups of a number go another way after one went this way in vain. */
const patience = 32;

export interface QuickWayParts {
  readonly sessions: Sessions;
  readonly parts: WorkingParts;
  readonly written: Written;
}

/** Plain changes of one number. */
export interface QuickChange {
  readonly number: PhoneNumberId;
  /** Whom they name. */
  readonly users: readonly UserId[];
  /** Whether those are likely to be new to the list. */
  readonly areStrangers: boolean;
  readonly mine: Stamp;
  /** Decides all of them; may be called twice, the last time counts. */
  decide(set: WorkingSet): void;
}

export class QuickWay {
  readonly #sessions: Sessions;
  readonly #parts: WorkingParts;
  readonly #written: Written;
  readonly #lists: ReadLists;
  readonly #known = new KnownNumbers();
  /** Numbers that another node writes, too. */
  readonly #contended = new Detours();
  /** Numbers of which a guess was of no use: users were named who were not new, or another node writes there, or the list is full. */
  readonly #familiar = new Detours();

  constructor({ sessions, parts, written }: QuickWayParts) {
    this.#sessions = sessions;
    this.#parts = parts;
    this.#written = written;
    this.#lists = new ReadLists(sessions);
  }

  /** Gives whether all is done: if not, nothing is. Throws `UnknownOutcome`, and Refusals for failures of the database. */
  async take(change: QuickChange): Promise<boolean> {
    const { number, users, areStrangers } = change;
    if (this.#contended.take(number)) return false;
    if (areStrangers && (await this.#guess(change))) return true;
    const read = await this.#lists.read({ number, users });
    // What is pushed, and who turned out to be another person, takes more than was read.
    if (!read || read.connection !== null || read.people?.some(({ merged_into }) => merged_into !== null)) return false;
    const set = WorkingSet.of(number, users, read, this.#parts);
    // Who is another number is no matter of the stamp.
    const others = set.people.ids().filter((id) => !set.states.knowsBusiness(id));
    if (others.length > 0) await this.#sessions.read((session) => set.states.loadBusinesses(session, others));
    const isDone = await this.#swap(change, set);
    if (!isDone) this.#contended.begin(number);
    return isDone;
  }

  /** This node is about to write something of the number in another way. */
  forget(number: PhoneNumberId): void {
    this.#known.forget(number);
  }

  async #guess(change: QuickChange): Promise<boolean> {
    const { number, users } = change;
    if (users.length === 0 || this.#familiar.take(number)) return false;
    const row = this.#known.get(number);
    // With a window nobody can be blocked who is new.
    if (!row || row.rule_window === 'strict') return false;
    const set = WorkingSet.of(number, users, { ...row, number, people: null, businesses: null }, this.#parts);
    const isDone = await this.#swap(change, set, users);
    if (!isDone) this.#familiar.begin(number);
    return isDone;
  }

  /** Gives whether what was decided counts. What rests on a guess does once that was compared, which takes something to write. */
  async #swap({ number, mine, decide }: QuickChange, set: WorkingSet, guessed?: readonly UserId[]): Promise<boolean> {
    decide(set);
    this.#known.forget(number);
    const swapped = await set.swap(this.#sessions, this.#written, mine, guessed);
    const row = swapped === 'written' ? set.states.rowWith(mine) : undefined;
    if (row) this.#known.keep(number, row);
    return swapped === 'written' || (swapped === 'unchanged' && !guessed);
  }
}

/** Which numbers go another way for a while. */
class Detours {
  /** How many groups of a number are to do so yet. */
  readonly #left = new Map<PhoneNumberId, number>();

  begin(number: PhoneNumberId): void {
    this.#left.set(number, patience);
  }

  /** Whether this group of the number does; asked once for each. */
  take(number: PhoneNumberId): boolean {
    const left = this.#left.get(number);
    if (left === undefined) return false;
    if (left === 1) this.#left.delete(number);
    else this.#left.set(number, left - 1);
    return true;
  }
}
