import { randomBytes } from 'node:crypto';
import { Refusal } from './errors.ts';
import type { BusinessNumber } from './numbers.ts';
import type { BlockLists } from './ports.ts';
import type { UserId } from './user.ts';

/**
 * Refuses (`recipient_blocked`) to send if the number has blocked any of them, by any id or phone variant. While the list
 * cannot be read, the number's `onStoreFailure` decides; gives why it could not be, if the number sends all the same.
 */
export async function refuseBlocked(
  lists: BlockLists,
  { id, onStoreFailure }: BusinessNumber,
  recipients: readonly UserId[],
): Promise<Refusal | undefined> {
  let unread: Refusal | undefined;
  for (const recipient of recipients) {
    try {
      if (await lists.isBlocked(id, recipient)) throw new Refusal({ kind: 'recipient_blocked' });
    } catch (error) {
      const mayPass =
        error instanceof Refusal && error.reason.kind === 'store_unavailable' && onStoreFailure === 'pass';
      if (!mayPass) throw error;
      unread = error;
    }
  }
  return unread;
}

/** An id in the form of WhatsApp's for messages (`wamid.…`) and calls (`wacid.…`). */
export function makeSentId(kind: 'wamid' | 'wacid'): string {
  return `${kind}.${randomBytes(24).toString('base64url')}`;
}
