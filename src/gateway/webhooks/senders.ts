import { phoneKey } from '../../core/phone-variants.ts';
import type { KnownIds } from '../../core/user.ts';

/** Whose the items of one change are. */
export interface Senders {
  readonly all: readonly KnownIds[];
  /** The index of each that was asked for; absent where there were no ids. */
  readonly indices: readonly (number | undefined)[];
}

/**
 * Joins the ids of one change: what is named by one id belongs to whom others name by that id and another. Two phone numbers
 * of one user id are two senders, and so are two user ids of one phone number: each item is judged by its own.
 */
export function joinSenders(named: readonly (KnownIds | undefined)[]): Senders {
  const all: KnownIds[] = [];
  const places = new Map<string, number>();
  const placeOf = (keys: readonly string[], ids: KnownIds) => {
    const [first = ''] = keys;
    const place = places.get(first) ?? all.push(ids) - 1;
    // The first that has an id is whom it means where it stands alone.
    for (const key of keys) if (!places.has(key)) places.set(key, place);
    return place;
  };
  // Those with both ids come first, so that the others find them wherever they stand.
  for (const ids of named) if (ids?.waId !== undefined && ids.userId !== undefined) placeOf(keysOf(ids), ids);
  return { all, indices: named.map((ids) => ids && placeOf(keysOf(ids), ids)) };
}

/** What the ids are found by, all of them first. */
function keysOf({ waId, userId }: KnownIds): string[] {
  const keys = [
    ...(waId === undefined ? [] : [`wa_id ${phoneKey(waId)}`]),
    ...(userId === undefined ? [] : [`user_id ${userId}`]),
  ];
  return keys.length === 1 ? keys : [`${waId} ${userId}`, ...keys];
}
