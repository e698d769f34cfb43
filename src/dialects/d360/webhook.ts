import { isSameSecret } from '../../core/signature.ts';
import type { WebhookProof } from '../dialect.ts';
import { singleHeader } from '../graph/signature.ts';

/** Nothing is signed: the header that the customer had 360dialog send is all the proof there is. */
export const webhooks: WebhookProof = {
  canProve: ({ webhookHeader }) => Boolean(webhookHeader?.value),
  proves(webhook, { webhookHeader }) {
    const given = webhookHeader && singleHeader(webhook, webhookHeader.name);
    if (!webhookHeader?.value || given === undefined) return false;
    // A header's bytes come as Latin-1 characters, whatever they were meant to be.
    return isSameSecret(Buffer.from(given, 'latin1'), webhookHeader.value);
  },
};
