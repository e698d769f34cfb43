import { signatureProof } from '../graph/signature.ts';

export const webhooks = signatureProof({ header: 'x-hub-signature-256', prefix: 'sha256=', secret: 'appSecret' });
