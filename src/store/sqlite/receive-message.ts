/** Carries out what a message teaches of its sender, as the core decides it. */
import { decideMessage, type MessagePlan, type Person } from '../../core/block-list.ts';
import type { PhoneNumberId } from '../../core/ids.ts';
import { variantKey } from '../../core/phone-variants.ts';
import type { ReceivedMessage } from '../../core/ports.ts';
import type { Tables } from './change-list.ts';

export function receive(tables: Tables, message: ReceivedMessage): { readonly blocked: boolean } {
  const { number, sender, at } = message;
  const list = tables.states.open(number);
  const plan = decideMessage(list, sender, at);
  const before = plan.writer;
  const after = writerAfter(plan, at, before?.id ?? list.nextPerson);
  if (before) change(tables, number, plan, before, after);
  else tables.people.add(number, after);
  if (plan.leave) leavePhone(tables, number, plan.leave, after);
  logLessons(tables, message, list.seq, plan);
  if (!before || plan.next.seq !== list.seq) {
    tables.states.save(number, plan.next, before ? list.nextPerson : list.nextPerson + 1);
  }
  return { blocked: plan.blockedSeq !== undefined };
}

/** Messages may be reported late: the last one is that with the latest time. */
function writerAfter({ writer, absorb, ids, blockedSeq }: MessagePlan, at: number, id: number): Person {
  const lastMessageAt = Math.max(at, writer?.lastMessageAt ?? 0, absorb?.lastMessageAt ?? 0);
  return { id, ...ids, settled: true, lastMessageAt, ...(blockedSeq !== undefined && { blockedSeq }) };
}

function change(
  { people, entries }: Tables,
  number: PhoneNumberId,
  plan: MessagePlan,
  before: Person,
  after: Person,
): void {
  const { absorb, ids, dropSeq, blockedSeq } = plan;
  if (absorb) people.merge(number, absorb.id, after.id);
  for (const known of [before, absorb]) {
    if (known && isCorrectedGuess(known, ids)) people.forgetGuess(number, known.waId);
  }
  people.save(number, after);
  if (dropSeq !== undefined) entries.remove(number, dropSeq);
  if (blockedSeq !== undefined) entries.identify(number, blockedSeq, ids);
}

/** Whether the person was known by another writing of the phone number that the message shows to be theirs. */
function isCorrectedGuess(
  known: Person,
  { waId }: MessagePlan['ids'],
): known is Person & Required<Pick<Person, 'waId'>> {
  if (known.settled || known.waId === undefined || known.waId === waId) return false;
  const key = variantKey(known.waId);
  return key !== undefined && key === variantKey(waId);
}

/** The phone number leads to its new user alone; what the list shows of the old one goes without it. */
function leavePhone({ people, entries }: Tables, number: PhoneNumberId, leave: Person, writer: Person): void {
  if (writer.waId !== undefined) people.movePhone(number, writer.waId, leave.id, writer.id);
  if (leave.waId !== writer.waId) return;
  const { waId: _gone, ...rest } = leave;
  people.save(number, rest);
  if (leave.blockedSeq !== undefined && leave.userId !== undefined) {
    entries.identify(number, leave.blockedSeq, { userId: leave.userId });
  }
}

function logLessons({ log }: Tables, message: ReceivedMessage, seq: number, { lessons }: MessagePlan): void {
  const { number, at, by } = message;
  for (const [index, { action, ids }] of lessons.entries()) {
    log.append({ number, action, at, by, users: [ids], firstSeq: seq + 1 + index });
  }
}
