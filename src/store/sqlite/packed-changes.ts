/**
 * Requests for another thread and back. To clone 1,000 users and 1,000 outcomes as objects costs more than to block them;
 * one text each costs next to nothing. And a flat array costs a quarter of an object, whose names are cloned, too.
 */
import type { Bsuid, KeyId, PhoneNumberId, WaId } from '../../core/ids.ts';
import type { Done, Outcome, UserRefusal } from '../../core/outcome.ts';
import type { ListChange } from '../../core/ports.ts';
import type { AskedUser, NotAUser, UserId } from '../../core/user.ts';

/** A change whose users are one text: ids with a space between them, and a sign for who is none. No id holds a space. */
export type PackedChange = readonly [
  number: PhoneNumberId,
  users: string,
  at: number,
  dialect: string,
  keyId: KeyId | null,
  requestId: string,
  reason: string | null | undefined,
  held: ListChange['held'],
];

const signs = { not_a_user: '-', parent_user_id: '=' } as const;

/** What can become of a user here, without a provider's answer. An outcome is the index herein, one digit, and the wa_id shown if it is not the one asked. */
const verdicts = [
  'added',
  'already_there',
  'removed',
  'was_not_there',
  'not_a_user',
  'parent_user_id',
  'self',
  'business',
  'window',
  'capacity',
] as const satisfies readonly (Done['kind'] | UserRefusal)[];

export function packChange({ number, users, at, by, reason, held }: ListChange): PackedChange {
  const packed = users.map(({ user }) => packUser(user)).join(' ');
  return [number, packed, at, by.dialect, by.keyId, by.requestId, reason, held];
}

/** The texts that the users came as stay behind: with these outcomes, `input` is empty. */
export function unpackChange(change: PackedChange): ListChange {
  const [number, packed, at, dialect, keyId, requestId, reason, held] = change;
  const texts = packed === '' ? [] : packed.split(' ');
  const users = texts.map((one) => ({ input: '', user: unpackUser(one) }));
  const by = { dialect, keyId, requestId };
  return { number, users, at, by, ...(reason !== undefined && { reason }), ...(held && { held }) };
}

export function packOutcomes(outcomes: readonly Outcome[], asked: readonly AskedUser[]): string {
  return outcomes.map((outcome, index) => packOutcome(outcome, asked[index]?.user)).join(' ');
}

/** The outcomes of the users who were asked for, in their order. */
export function unpackOutcomes(packed: string, asked: readonly AskedUser[]): Outcome[] {
  const texts = packed.split(' ');
  return asked.map(({ input, user }, index) => unpackOutcome(texts[index] ?? '', input, user));
}

function packUser(user: UserId | NotAUser): string {
  if (user.kind === 'wa_id') return user.waId;
  return user.kind === 'user_id' ? user.userId : signs[user.kind];
}

function unpackUser(packed: string): UserId | NotAUser {
  if (packed === signs.not_a_user) return { kind: 'not_a_user' };
  if (packed === signs.parent_user_id) return { kind: 'parent_user_id' };
  // Only a wa_id begins with a digit.
  return packed < ':' ? { kind: 'wa_id', waId: packed as WaId } : { kind: 'user_id', userId: packed as Bsuid };
}

function packOutcome(outcome: Outcome, asked: UserId | NotAUser | undefined): string {
  const kinds: readonly string[] = verdicts;
  const verdict = kinds.indexOf(outcome.kind === 'refused' ? outcome.why : outcome.kind);
  const { user: shown } = outcome;
  return shown === asked || shown?.kind !== 'wa_id' ? String(verdict) : `${verdict}${shown.waId}`;
}

function unpackOutcome(packed: string, input: string, asked: UserId | NotAUser): Outcome {
  const verdict = verdicts[Number(packed[0])];
  if (verdict === undefined) throw new Error(`no outcome: ${packed}`);
  if (verdict === 'not_a_user' || verdict === 'parent_user_id') return { kind: 'refused', input, why: verdict };
  const user = packed.length === 1 ? (asked as UserId) : ({ kind: 'wa_id', waId: packed.slice(1) as WaId } as const);
  switch (verdict) {
    case 'added':
    case 'already_there':
    case 'removed':
    case 'was_not_there':
      return { kind: verdict, input, user };
    default:
      return { kind: 'refused', input, user, why: verdict };
  }
}
