import { randomBytes } from 'node:crypto';
import { Refusal } from './errors.ts';
import type { PhoneNumberId } from './ids.ts';
import type { BlockLists } from './ports.ts';
import type { UserId } from './user.ts';

/** Refuses (`recipient_blocked`) to send if the number has blocked any of them, by any id or phone variant. */
export async function refuseBlocked(
  lists: BlockLists,
  number: PhoneNumberId,
  recipients: readonly UserId[],
): Promise<void> {
  for (const recipient of recipients) {
    if (await lists.check(number, recipient)) throw new Refusal({ kind: 'recipient_blocked' });
  }
}

/** An id in the form of WhatsApp's for messages (`wamid.…`) and calls (`wacid.…`). */
export function makeSentId(kind: 'wamid' | 'wacid'): string {
  return `${kind}.${randomBytes(24).toString('base64url')}`;
}
