/** Carries out what a message teaches of its sender, as the core decides it. */
import { decideMessage, type MessagePlan, type Person, type Sender } from '../../core/block-list.ts';
import { variantKey } from '../../core/phone-variants.ts';
import type { ReceivedMessage } from '../../core/ports.ts';
import { arePushed } from '../../core/rules.ts';
import type { KnownIds, UserId } from '../../core/user.ts';
import { packUsers } from './packed-users.ts';
import { pushMessage } from './push-moves.ts';
import type { Tables } from './tables.ts';

/** What a message taught. */
export interface Learned<List> {
  readonly isBlocked: boolean;
  readonly list: List;
  /** The writer, as they are known now. */
  readonly person: Person;
  /** There is something to push at once. */
  readonly isDue: boolean;
}

export function receive<List>(tables: Tables<List>, message: ReceivedMessage): { readonly blocked: boolean } {
  return { blocked: learn(tables, message).isBlocked };
}

export function learn<List>(tables: Tables<List>, message: ReceivedMessage): Learned<List> {
  const { number, sender, at, wroteAt = at } = message;
  const list = tables.states.open(number, idsOf(sender));
  const plan = decideMessage(list, sender, at);
  const before = plan.writer;
  const after = writerAfter(plan, sender, wroteAt, before?.id ?? -list.nextPerson);
  if (!before) enter(tables, list.list, plan, after);
  else if (plan.absorb || !isKnownAs(before, after)) change(tables, list.list, plan, before, after);
  else if (before.lastMessageAt !== after.lastMessageAt) tables.people.keep(list.list, after);
  if (plan.leave) leavePhone(tables, list.list, plan.leave, after);
  logLessons(tables, message, list.seq, plan);
  const { seq, isDue } = arePushed(list.rules)
    ? pushMessage(tables, { list: list.list, at, generation: plan.next.seq + 1 }, plan, after)
    : { seq: plan.next.seq, isDue: false };
  if (!before || seq !== list.seq) {
    tables.states.save(number, { ...plan.next, seq }, before ? list.nextPerson : list.nextPerson + 1);
  }
  return { isBlocked: plan.blockedSeq !== undefined, list: list.list, person: after, isDue };
}

/** Somebody new, whose phone number may have been another's. */
function enter<List>({ people }: Tables<List>, list: List, { leave }: MessagePlan, writer: Person): void {
  if (leave) people.save(list, writer);
  else people.enter(list, writer);
}

export function idsOf({ waId, userId }: KnownIds): UserId[] {
  return [
    ...(waId === undefined ? [] : [{ kind: 'wa_id', waId } as const]),
    ...(userId === undefined ? [] : [{ kind: 'user_id', userId } as const]),
  ];
}

/** Messages may be reported late: the last one is that with the latest time. */
function writerAfter(plan: MessagePlan, sender: Sender, at: number, id: number): Person {
  const { writer, absorb, ids, blockedSeq } = plan;
  const lastMessageAt = Math.max(at, writer?.lastMessageAt ?? 0, absorb?.lastMessageAt ?? 0);
  const settled = sender.waId !== undefined || (writer?.settled ?? false);
  return { id, ...ids, settled, lastMessageAt, ...(blockedSeq !== undefined && { blockedSeq }) };
}

/** Whether all that is known of the writer but the time was known before. */
function isKnownAs(before: Person, after: Person): boolean {
  return before.waId === after.waId && before.userId === after.userId && before.settled === after.settled;
}

function change<List>(
  { people, entries, webhooks }: Tables<List>,
  list: List,
  plan: MessagePlan,
  before: Person,
  after: Person,
): void {
  const { absorb, ids, dropSeq, blockedSeq } = plan;
  if (absorb) {
    people.merge(list, absorb, after.id);
    webhooks.held.move(list, absorb.id, after.id);
  }
  for (const known of [before, absorb]) {
    if (known && isCorrectedGuess(known, ids)) people.forgetGuess(list, known.waId);
  }
  people.save(list, after);
  if (dropSeq !== undefined) entries.remove(list, dropSeq);
  if (blockedSeq !== undefined) entries.identify(list, blockedSeq, ids);
}

/** Whether the person was known by another writing of the phone number that the message shows to be theirs. */
function isCorrectedGuess(
  known: Person,
  { waId }: MessagePlan['ids'],
): known is Person & Required<Pick<Person, 'waId'>> {
  if (known.settled || known.waId === undefined || waId === undefined || known.waId === waId) return false;
  const key = variantKey(known.waId);
  return key !== undefined && key === variantKey(waId);
}

/** The phone number leads to its new user alone; what the list shows of the old one goes without it. */
function leavePhone<List>({ people, entries }: Tables<List>, list: List, leave: Person, writer: Person): void {
  if (writer.waId !== undefined) people.movePhone(list, writer.waId, leave.id, writer.id);
  if (leave.waId !== writer.waId) return;
  const { waId: _gone, ...rest } = leave;
  people.keep(list, rest);
  if (leave.blockedSeq !== undefined && leave.userId !== undefined) {
    entries.identify(list, leave.blockedSeq, { userId: leave.userId });
  }
}

function logLessons<List>(
  { log }: Tables<List>,
  message: ReceivedMessage,
  seq: number,
  { lessons }: MessagePlan,
): void {
  const { number, at, by } = message;
  for (const [index, { action, ids }] of lessons.entries()) {
    log.append({ number, action, at, by, users: packUsers([ids]), firstSeq: seq + 1 + index });
  }
}
