/** What a provider's answer to a block or an unblock says of each user. */
import type { ProviderWords } from '../../core/outcome.ts';
import type { PushGoal } from '../../core/push.ts';
import type { UserId } from '../../core/user.ts';
import type { ChangeReading, OutwardAnswer, UserReading } from '../dialect.ts';
import { failureOf } from './failure.ts';
import { bodyOf, errorOf, graphErrorOf, type JsonObject, objectOf } from './provider-error.ts';

/** Whose change it is, as the provider is told. */
export function idOf(user: UserId): string {
  return user.kind === 'wa_id' ? user.waId : user.userId;
}

/**
 * The lists count before the status: both may stand in one answer. Only who is named is believed; nobody's word, not even
 * `{"success":true}`, says more than that the list has to be read.
 */
export function readChange(goal: PushGoal, users: readonly UserId[], answer: OutwardAnswer): ChangeReading {
  const body = bodyOf(answer);
  const lists = body && listsOf(goal, body);
  const readings = lists ? readingsOf(users, lists) : [];
  if (readings.some(({ kind }) => kind !== 'silent')) return { kind: 'told', users: readings };
  const isAccepted = answer.status >= 200 && answer.status < 300 && body !== undefined && !errorOf(body);
  if (!isAccepted || !(lists || body['success'] === true)) return { kind: 'failed', failure: failureOf(answer, body) };
  return { kind: 'told', users: users.map(() => ({ kind: 'silent' })) };
}

interface Lists {
  readonly done: readonly JsonObject[];
  readonly failed: readonly JsonObject[];
}

/** 360dialog answers an unblock with `added_users`, as its documents say, or with what Meta sends. */
function listsOf(goal: PushGoal, body: JsonObject): Lists | undefined {
  const told = objectOf(body['block_users']);
  if (!told) return undefined;
  const { added_users: added, removed_users: removed, failed_users: failed } = told;
  const done = goal === 'block' ? added : (removed ?? added);
  if (!Array.isArray(done) && !Array.isArray(failed)) return undefined;
  return { done: itemsOf(done), failed: itemsOf(failed) };
}

function itemsOf(value: unknown): readonly JsonObject[] {
  return Array.isArray(value) ? value.map(objectOf).filter((item) => item !== undefined) : [];
}

/** One per user. Who is in both lists is told of in none. */
function readingsOf(users: readonly UserId[], { done, failed }: Lists): readonly UserReading[] {
  const places = new Map(users.map((user, index) => [idOf(user), index]));
  const doneAt = new Set(done.flatMap((item) => placeOf(item, places) ?? []));
  const failedAt = new Map(
    failed.flatMap((item) => {
      const place = placeOf(item, places);
      return place === undefined ? [] : [[place, item] as const];
    }),
  );
  return users.map((_, index) => {
    const item = failedAt.get(index);
    if (doneAt.has(index)) return { kind: item ? 'silent' : 'done' };
    return item ? { kind: 'refused', told: wordsOf(item) } : { kind: 'silent' };
  });
}

/** Whom an item is about: the input is what we sent; what WhatsApp makes of it may be another form of the same phone. */
function placeOf(item: JsonObject, places: ReadonlyMap<string, number>): number | undefined {
  const { input, wa_id: waId, user_id: userId } = item;
  const byInput = typeof input === 'string' ? places.get(input) : undefined;
  if (byInput !== undefined) return byInput;
  const byPhone = typeof waId === 'string' ? places.get(waId.replace(/\D/g, '')) : undefined;
  return byPhone ?? (typeof userId === 'string' ? places.get(userId) : undefined);
}

function wordsOf({ errors }: JsonObject): ProviderWords {
  const [first] = itemsOf(errors);
  const { code, message = 'Failed to block/unblock user', details } = first ? graphErrorOf(first) : {};
  return { code: code ?? 139100, message, details: details ?? message };
}
