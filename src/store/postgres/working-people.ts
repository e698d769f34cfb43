/** Who is known on a list, and by which ids they are found. */
import type { Match, Person } from '../../core/block-list.ts';
import type { PhoneNumberId, WaId } from '../../core/ids.ts';
import { idsOf, type UserId } from '../../core/user.ts';
import type { PeopleTable } from '../changes/tables.ts';
import { identityWrites, type KnownPerson, personWrites } from './people-writes.ts';
import {
  exactIdentity,
  type FoundRow,
  findPeople,
  type Identity,
  identitiesOf,
  type PersonRow,
  peopleByIds,
  toPerson,
  toWorkingEntry,
  variantIdentity,
} from './person-rows.ts';
import type { Session } from './session.ts';
import type { WorkingEntries } from './working-entries.ts';
import { WorkingRows } from './working-rows.ts';
import type { Line, WorkingContext } from './working-table.ts';
import type { Write } from './write.ts';

export class WorkingPeople implements PeopleTable<PhoneNumberId> {
  readonly #line: Line;
  readonly #entries: WorkingEntries;
  readonly #identities: WorkingRows<Identity, number>;
  readonly #rows: WorkingRows<number, KnownPerson>;
  /** Those of whom there is no row but the entry: nothing of this is written. */
  readonly #strangers: WorkingRows<number, Person>;
  readonly #found = new Map<number, Person>();

  constructor({ line, journal }: WorkingContext, entries: WorkingEntries) {
    this.#line = line;
    this.#entries = entries;
    this.#identities = new WorkingRows('identity', journal);
    this.#rows = new WorkingRows('person', journal);
    this.#strangers = new WorkingRows('stranger', journal);
  }

  /** Reads whom these ids mean, and whom all other ids of those mean. */
  async load(session: Session, users: readonly UserId[]): Promise<void> {
    let wanted = this.#unread(users);
    while (wanted.length > 0) {
      const rows = await session.query<FoundRow>(findPeople, [this.#line, wanted]);
      const owners = new Map(rows.map(({ asked, id }) => [asked, id]));
      for (const identity of wanted) this.#identities.load(identity, owners.get(identity));
      for (const row of rows) this.#keep(row);
      await this.#loadMerged(session);
      wanted = this.#unread(this.ids());
    }
  }

  /** Keeps who these ids mean, as it was read, and nothing of what other ids mean. */
  keepFound(users: readonly UserId[], rows: readonly FoundRow[]): void {
    const owners = new Map(rows.map(({ asked, id }) => [asked, id]));
    for (const user of users)
      for (const identity of identitiesOf(user)) this.#identities.load(identity, owners.get(identity));
    for (const row of rows) this.#keep(row);
  }

  /** Everybody who was read, as they were. */
  all(): Person[] {
    return [...this.#found.values()];
  }

  /** All of their ids. */
  ids(): UserId[] {
    return this.all().flatMap(idsOf);
  }

  /** By the id itself, else as a variant of a phone number that is known. */
  find(user: UserId): Match | undefined {
    const exact = this.#personOf(exactIdentity(user));
    if (exact) return { person: exact, by: user.kind };
    const variant = variantIdentity(user);
    const person = variant === undefined ? undefined : this.#personOf(variant);
    return person && { person, by: 'variant' };
  }

  addAll(_list: PhoneNumberId, firstSeq: number, newcomers: readonly (UserId | undefined)[]): void {
    for (const [index, user] of newcomers.entries()) {
      if (!user) continue;
      const id = firstSeq + index;
      for (const identity of identitiesOf(user)) this.#identities.put(identity, id);
      const ids = user.kind === 'wa_id' ? { waId: user.waId } : { userId: user.userId };
      this.#strangers.put(id, { id, ...ids, settled: false, blockedSeq: id });
    }
  }

  save(list: PhoneNumberId, person: Person): void {
    this.keep(list, person);
    const { id, waId, userId } = person;
    if (userId !== undefined) this.#lead(userId, id);
    if (waId === undefined) return;
    this.#lead(waId, id);
    const variant = variantIdentity({ kind: 'wa_id', waId });
    if (variant !== undefined && this.#identities.get(variant) === undefined) this.#lead(variant, id);
  }

  enter(list: PhoneNumberId, person: Person): void {
    this.save(list, person);
  }

  keep(_list: PhoneNumberId, person: Person): void {
    this.#rows.put(person.id, { person, mergedInto: null });
  }

  merge(_list: PhoneNumberId, { blockedSeq: _gone, ...absorbed }: Person, survivor: number): void {
    this.#rows.put(absorbed.id, { person: absorbed, mergedInto: survivor });
  }

  movePhone(_list: PhoneNumberId, waId: WaId, from: number, to: number): void {
    for (const identity of identitiesOf({ kind: 'wa_id', waId }))
      if (this.#personOf(identity)?.id === from) this.#lead(identity, to);
  }

  forgetGuess(_list: PhoneNumberId, guess: WaId): void {
    if (this.#identities.get(guess) !== undefined) this.#identities.delete(guess);
  }

  takeWrites(): Write[] {
    const identities = this.#identities.takeChanges();
    const people = this.#rows.takeChanges().put.map(([, row]) => row);
    this.#strangers.takeChanges();
    return [...identityWrites(this.#line, identities), ...personWrites(this.#line, people)];
  }

  #unread(users: readonly UserId[]): Identity[] {
    const identities = new Set(users.flatMap(identitiesOf));
    return [...identities].filter((identity) => !this.#identities.has(identity));
  }

  async #loadMerged(session: Session): Promise<void> {
    for (;;) {
      const unread = [...this.#found.keys()].flatMap((id) => {
        const into = this.#rows.has(id) ? this.#rows.get(id)?.mergedInto : null;
        return into == null || this.#found.has(into) ? [] : into;
      });
      if (unread.length === 0) return;
      const rows = await session.query<PersonRow>(peopleByIds, [this.#line, [...new Set(unread)]]);
      if (rows.length === 0) throw new Error(`people of ${this.#line} turned out to be somebody who is not there`);
      for (const row of rows) this.#keep(row);
    }
  }

  #keep(row: PersonRow): void {
    const person = toPerson(row);
    this.#found.set(row.id, person);
    if (row.settled === null) this.#strangers.load(row.id, person);
    else this.#rows.load(row.id, { person, mergedInto: row.merged_into });
    const entry = toWorkingEntry(row);
    if (entry && person.blockedSeq !== undefined) this.#entries.load(person.blockedSeq, entry);
  }

  #lead(identity: Identity, person: number): void {
    if (this.#identities.get(identity) !== person) this.#identities.put(identity, person);
  }

  #personOf(identity: Identity): Person | undefined {
    const id = this.#identities.get(identity);
    return id === undefined ? undefined : this.#follow(id);
  }

  #follow(id: number): Person | undefined {
    if (!this.#rows.has(id)) return this.#strangers.get(id);
    const known = this.#rows.get(id);
    return known?.mergedInto == null ? known?.person : this.#follow(known.mergedInto);
  }
}
