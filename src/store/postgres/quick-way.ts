/**
 * Most changes of lists need no lock: they are decided over what one statement read, and written by another that is a
 * transaction of its own, if the number still has the stamp that was read. Whatever is written under the number's lock moves
 * the stamp, so that what was decided rests on what is so when it is written; else it is decided once more, under the lock.
 */
import type { PhoneNumberId } from '../../core/ids.ts';
import type { UserId } from '../../core/user.ts';
import { ReadLists } from './read-lists.ts';
import type { Sessions } from './session.ts';
import { type WorkingParts, WorkingSet } from './working-set.ts';
import type { Stamp, Written } from './written.ts';

/** So many groups of a number take the lock after one came too late: another node writes there, too. */
const patience = 32;

export interface QuickWayParts {
  readonly sessions: Sessions;
  readonly parts: WorkingParts;
  readonly written: Written;
}

export class QuickWay {
  readonly #sessions: Sessions;
  readonly #parts: WorkingParts;
  readonly #written: Written;
  readonly #lists: ReadLists;
  /** How many groups of a number are to take the lock yet. */
  readonly #contended = new Map<PhoneNumberId, number>();

  constructor({ sessions, parts, written }: QuickWayParts) {
    this.#sessions = sessions;
    this.#parts = parts;
    this.#written = written;
    this.#lists = new ReadLists(sessions);
  }

  /**
   * `decide` decides all requests of a group, which name these users. Gives whether all is done: if not, nothing is. Throws
   * `UnknownOutcome`, and Refusals for failures of the database.
   */
  async take(
    number: PhoneNumberId,
    users: readonly UserId[],
    mine: Stamp,
    decide: (set: WorkingSet) => void,
  ): Promise<boolean> {
    if (!this.#isOpen(number)) return false;
    const read = await this.#lists.read({ number, users });
    // What is pushed, and who turned out to be another person, takes more than was read.
    if (!read || read.connection !== null || read.people?.some(({ merged_into }) => merged_into !== null)) return false;
    const set = WorkingSet.of(number, users, read, this.#parts);
    // Who is another number is no matter of the stamp.
    const others = set.people.ids().filter((id) => !set.states.knowsBusiness(id));
    if (others.length > 0) await this.#sessions.read((session) => set.states.loadBusinesses(session, others));
    decide(set);
    const isDone = await set.swap(this.#sessions, this.#written, mine);
    if (!isDone) this.#contended.set(number, patience);
    return isDone;
  }

  /** Whether it is worth a try; asked once for each group. */
  #isOpen(number: PhoneNumberId): boolean {
    const left = this.#contended.get(number);
    if (left === undefined) return true;
    if (left === 1) this.#contended.delete(number);
    else this.#contended.set(number, left - 1);
    return false;
  }
}
