/** Is this user blocked? */
import type { PhoneNumberId } from '../../core/ids.ts';
import type { BlockLists, Check } from '../../core/ports.ts';
import type { UserId } from '../../core/user.ts';
import type { Tables } from './change-list.ts';
import { exactIdentity, variantIdentity } from './people.ts';
import type { Reader } from './reader.ts';

/** One statement tells it of nearly everybody; the others need several. */
export function createCheck(tables: Tables, reader: Reader): BlockLists['check'] {
  return async (number, user) => {
    const found = await reader.readOne(() => tables.entries.ofIdentity(number, exactIdentity(user)));
    if (found.kind === 'person') return found.entry && { matchedBy: user.kind, entry: found.entry };
    if (found.kind === 'nobody' && variantIdentity(user) === undefined) return undefined;
    return reader.read(() => checkThoroughly(tables, number, user));
  };
}

/** By a variant of the phone number too, and by way of whom the person turned out to be. */
function checkThoroughly({ states, entries }: Tables, number: PhoneNumberId, user: UserId): Check | undefined {
  const match = states.open(number, [user]).find(user);
  if (match?.person.blockedSeq === undefined) return undefined;
  const entry = entries.at(number, match.person.blockedSeq);
  return entry && { matchedBy: match.by, entry };
}
