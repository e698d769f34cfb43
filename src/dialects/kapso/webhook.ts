import { signatureProof } from '../graph/signature.ts';

export const webhooks = signatureProof({ header: 'x-webhook-signature', prefix: '', secret: 'webhookSecret' });
