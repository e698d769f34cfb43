/**
 * The rules of one number's block list, as pure functions: the list's state and a request in, a plan out. A store reads
 * the state, asks for the plan and carries it out inside one transaction, so that what was decided is what is written.
 */
import type { WaId } from './ids.ts';
import type { Outcome, UserRefusal } from './outcome.ts';
import { phoneKey } from './phone-variants.ts';
import { arePushed, type Rules, windowMs } from './rules.ts';
import type { AskedUser, KnownIds, UserId } from './user.ts';
import { isUserId } from './user.ts';

/** How an id was found to mean a person: by itself, or as another form of the person's phone number. */
export type MatchedBy = 'wa_id' | 'user_id' | 'variant';

/** What the store knows of a person on one number. */
export interface Person extends KnownIds {
  /** The store's own id of the person. */
  readonly id: number;
  /** A message has shown that `waId` is what WhatsApp calls this person. */
  readonly settled: boolean;
  /** When the person last wrote to the number, in ms since the epoch. */
  readonly lastMessageAt?: number;
  /** The list order of the person's block entry; absent: not blocked. */
  readonly blockedSeq?: number;
}

export interface Match {
  readonly person: Person;
  readonly by: MatchedBy;
}

/** The counters of a list. `version` (µs) moves when the list changes; `seq` is the last sequence number given out. */
export interface Counters {
  readonly count: number;
  readonly version: number;
  readonly seq: number;
}

export interface ListState extends Counters {
  readonly rules: Rules;
  /** The number's own phone number. */
  readonly ownWaId: WaId;
  /** Finds who an id means. The same person always comes with the same `person.id`. */
  find(user: UserId): Match | undefined;
  /** Whether a number hosted here has this phone number, in whatever form. */
  isBusiness(waId: WaId): boolean;
  /** The reason kept with a blocked person's entry. */
  reasonOf(person: Person): string | undefined;
}

/** A person who enters the list: one known before, or a new one with the only id known. */
export interface Addition {
  readonly person: Person | { readonly user: UserId };
  readonly seq: number;
}

export interface Plan {
  /** One outcome per asked user, in their order. */
  readonly outcomes: readonly Outcome[];
  /** Who enters the list, in its order. */
  readonly add: readonly Addition[];
  /** Who leaves it. The log's sequence numbers for them follow on from the list's. */
  readonly remove: readonly Person[];
  /** Whose entry gets another reason. Their sequence numbers in the log follow those of `add`. */
  readonly reword: readonly Person[];
  /** The list's counters afterwards; equal to those before when nothing changes. */
  readonly next: Counters;
}

/** Decides a block request. `at` is now, in ms since the epoch; `reason`, if given, becomes that of those blocked already; null takes it away. */
export function decideBlock(state: ListState, users: readonly AskedUser[], at: number, reason?: string | null): Plan {
  const add: Addition[] = [];
  const reword: Person[] = [];
  const decided = new Map<string, Decided>();
  const outcomes = users.map((asked) =>
    decideOnce(decided, state, asked, (user, match): Verdict => {
      if (match?.person.blockedSeq !== undefined) {
        if (reason !== undefined && (reason ?? undefined) !== state.reasonOf(match.person)) reword.push(match.person);
        return 'already_there';
      }
      const refusal = refuse(state, user, match?.person, add.length, at);
      if (refusal !== undefined) return { refused: refusal };
      add.push({ person: match?.person ?? { user }, seq: state.seq + add.length + 1 });
      return 'added';
    }),
  );
  const next = advance(state, { members: add.length, events: add.length + reword.length }, at);
  return { outcomes, add, remove: [], reword, next };
}

/** Decides an unblock request: it has no window and never fails for a user who can be named. */
export function decideUnblock(state: ListState, users: readonly AskedUser[], at: number): Plan {
  const remove: Person[] = [];
  const decided = new Map<string, Decided>();
  const outcomes = users.map((asked) =>
    decideOnce(decided, state, asked, (_user, match): Verdict => {
      if (match?.person.blockedSeq === undefined) return 'was_not_there';
      remove.push(match.person);
      return 'removed';
    }),
  );
  const next = advance(state, { members: -remove.length, events: remove.length }, at);
  return { outcomes, add: [], remove, reword: [], next };
}

/**
 * Counters after `members` users came (or, negative, went) and `events` lines were logged. The version, a clock that
 * never stands or goes back, moves only when the list's members change.
 */
export function advance(before: Counters, change: { members: number; events: number }, at: number): Counters {
  return {
    count: before.count + change.members,
    version: change.members === 0 ? before.version : Math.max(before.version + 1, at * 1000),
    seq: before.seq + change.events,
  };
}

type Verdict = 'added' | 'already_there' | 'removed' | 'was_not_there' | { readonly refused: UserRefusal };
interface Decided {
  readonly verdict: Verdict;
  readonly match: Match | undefined;
  /** The first id that named the person. */
  readonly user: UserId;
}

/** Decides each person once, however often and in whatever writing the request names them. */
function decideOnce(
  decided: Map<string, Decided>,
  state: ListState,
  asked: AskedUser,
  decide: (user: UserId, match: Match | undefined) => Verdict,
): Outcome {
  const { input, user } = asked;
  if (!isUserId(user)) return { kind: 'refused', input, why: user.kind };
  const match = state.find(user);
  const key = match ? `person ${match.person.id}` : newcomerKey(user);
  let one = decided.get(key);
  if (!one) {
    one = { verdict: decide(user, match), match, user };
    decided.set(key, one);
  }
  const shown = shownAs(user, one);
  const { verdict } = one;
  return typeof verdict === 'string'
    ? { kind: verdict, input, user: shown }
    : { kind: 'refused', input, user: shown, why: verdict.refused };
}

function newcomerKey(user: UserId): string {
  return user.kind === 'user_id' ? `user_id ${user.userId}` : `wa_id ${phoneKey(user.waId)}`;
}

/** A phone is answered with the wa_id that the person is listed under, a BSUID with itself. */
function shownAs(user: UserId, { match, user: first }: Decided): UserId {
  if (user.kind === 'user_id') return user;
  const waId = match ? match.person.waId : first.kind === 'wa_id' ? first.waId : undefined;
  return waId === undefined ? user : { kind: 'wa_id', waId };
}

function refuse(
  state: ListState,
  user: UserId,
  person: Person | undefined,
  added: number,
  at: number,
): UserRefusal | undefined {
  const { rules } = state;
  const waId = user.kind === 'wa_id' ? user.waId : person?.waId;
  if (waId !== undefined && phoneKey(waId) === phoneKey(state.ownWaId)) return 'self';
  // The provider holds its own window and capacity against what is pushed.
  if (arePushed(rules)) return undefined;
  if (rules.window === 'strict') {
    if (waId !== undefined && state.isBusiness(waId)) return 'business';
    const last = person?.lastMessageAt;
    if (last === undefined || at - last > windowMs) return 'window';
  }
  if (rules.capacity !== null && state.count + added >= rules.capacity) return 'capacity';
  return undefined;
}

/** A message from a user, as the sender's ids: at least one of the two. */
export type Sender = KnownIds;

/** A line that the log gets for what a message taught of a blocked user. */
export interface Lesson {
  readonly action: 'merge' | 'identify';
  readonly ids: KnownIds;
}

export interface MessagePlan {
  /** The person who wrote, known before or new, with the ids and the time to keep. */
  readonly writer: Person | undefined;
  readonly ids: KnownIds;
  /** A person who turned out to be the same one; their ids become the writer's. */
  readonly absorb: Person | undefined;
  /** Who had the phone number before and is somebody else: the number is the writer's now, their block stays theirs. */
  readonly leave: Person | undefined;
  /** The list order of the surviving entry; absent: the writer is not blocked. */
  readonly blockedSeq: number | undefined;
  /** The list order of an entry that the merge leaves over. */
  readonly dropSeq: number | undefined;
  /** What the log has to tell, in this order. */
  readonly lessons: readonly Lesson[];
  readonly next: Counters;
}

/** Decides what a message teaches: it settles the wa_id, joins it to the BSUID, and of two blocks the earlier stays. */
export function decideMessage(state: ListState, sender: Sender, at: number): MessagePlan {
  const known =
    sender.waId === undefined ? undefined : settledElsewhere(state.find({ kind: 'wa_id', waId: sender.waId }));
  const leave = known && isAnother(known, sender) ? known : undefined;
  const byUserId =
    sender.userId === undefined ? undefined : state.find({ kind: 'user_id', userId: sender.userId })?.person;
  const [writer, absorb] = survivor(leave ? undefined : known, byUserId);
  const waId = sender.waId ?? writer?.waId;
  const userId = sender.userId ?? writer?.userId ?? absorb?.userId;
  const ids = { ...(waId !== undefined && { waId }), ...(userId !== undefined && { userId }) };
  const blockedSeq = writer?.blockedSeq;
  const dropSeq = blockedSeq === undefined ? undefined : absorb?.blockedSeq;
  const lessons = [...lessonOfLeaving(leave, sender.waId), ...lessonOf(writer, absorb, ids)];
  const next = advance(state, { members: dropSeq === undefined ? 0 : -1, events: lessons.length }, at);
  return { writer, ids, absorb, leave, blockedSeq, dropSeq, lessons, next };
}

/** A BSUID is new when its user changes the phone number, so a number with another BSUID has another user. */
function isAnother(known: Person, { userId }: Sender): boolean {
  return userId !== undefined && known.userId !== undefined && known.userId !== userId;
}

function lessonOfLeaving(leave: Person | undefined, waId: WaId | undefined): Lesson[] {
  if (leave?.blockedSeq === undefined || leave.waId !== waId || leave.userId === undefined) return [];
  return [{ action: 'identify', ids: { userId: leave.userId } }];
}

function lessonOf(writer: Person | undefined, absorb: Person | undefined, ids: KnownIds): Lesson[] {
  if (writer?.blockedSeq === undefined) return [];
  if (absorb) return [{ action: 'merge', ids }];
  return writer.waId === ids.waId && writer.userId === ids.userId ? [] : [{ action: 'identify', ids }];
}

/** A variant of a wa_id that a message has settled already belongs to somebody else. */
function settledElsewhere(match: Match | undefined): Person | undefined {
  return match?.by === 'variant' && match.person.settled ? undefined : match?.person;
}

/** Who stays when both are there: the one blocked first, else the one known by phone. */
function survivor(byPhone: Person | undefined, byUserId: Person | undefined): [Person | undefined, Person | undefined] {
  if (!byPhone || !byUserId) return [byPhone ?? byUserId, undefined];
  if (byPhone.id === byUserId.id) return [byPhone, undefined];
  const [phoneSeq, userSeq] = [byPhone.blockedSeq ?? Infinity, byUserId.blockedSeq ?? Infinity];
  return userSeq < phoneSeq ? [byUserId, byPhone] : [byPhone, byUserId];
}
