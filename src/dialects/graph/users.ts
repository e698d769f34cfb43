import {
  type Done,
  isRefused,
  type Outcome,
  type ProviderWords,
  type Refused,
  type UserRefusal,
} from '../../core/outcome.ts';
import type { UserId } from '../../core/user.ts';

/**
 * Codes and messages: https://developers.facebook.com/docs/whatsapp/cloud-api/support/error-codes
 * Nobody documents the code for a business account or a parent BSUID, nor whether 139101 is told per user.
 */
const userErrors: Readonly<Record<Exclude<UserRefusal, 'provider'>, ProviderWords>> = {
  window: { code: 131047, message: 'Re-engagement required', details: 'User has not messaged in the last 24 hours' },
  not_a_user: { code: 131047, message: 'Re-engagement required', details: 'Not a phone number, wa_id or BSUID' },
  self: { code: 131021, message: 'Self block', details: 'The business phone number cannot block itself' },
  capacity: { code: 139101, message: 'Blocklist limit reached', details: 'The blocklist holds no more users' },
  business: { code: 100, message: 'Invalid parameter', details: 'A WhatsApp Business account cannot be blocked' },
  unsettled: {
    code: 139103,
    message: 'Internal error',
    details: 'The provider did not answer in time; what it did is found out later',
  },
  parent_user_id: { code: 100, message: 'Invalid parameter', details: 'A parent BSUID cannot be blocked or unblocked' },
};

/** `{input, wa_id}` for a phone, `{input, user_id}` for a BSUID, `{input}` for what is neither. */
export interface UserItem {
  readonly input: string;
  readonly wa_id?: string;
  readonly user_id?: string;
}

export interface FailedItem extends UserItem {
  readonly errors: readonly { code: number; message: string; error_data: { details: string } }[];
}

/** The users of an answer: those whom the request served, and those refused. */
export interface UserLists {
  readonly done: readonly UserItem[];
  readonly failed: readonly FailedItem[];
}

export function toUserLists(outcomes: readonly Outcome[]): UserLists {
  const done = outcomes.filter((outcome): outcome is Done => !isRefused(outcome));
  const failed = outcomes.filter(isRefused);
  return { done: done.map(toItem), failed: failed.map(toFailedItem) };
}

function toItem({ input, user }: { readonly input: string; readonly user?: UserId }): UserItem {
  if (!user) return { input };
  return user.kind === 'wa_id' ? { input, wa_id: user.waId } : { input, user_id: user.userId };
}

/** How Graph says that a user of a request was refused; what a provider says is passed on as it is. */
function wordsOf({ why, told }: Refused): ProviderWords {
  if (why !== 'provider') return userErrors[why];
  return told ?? { code: 139100, message: 'Failed to block/unblock user', details: 'The provider refused the user' };
}

function toFailedItem(outcome: Refused): FailedItem {
  const { code, message, details } = wordsOf(outcome);
  return { ...toItem(outcome), errors: [{ message, code, error_data: { details } }] };
}
