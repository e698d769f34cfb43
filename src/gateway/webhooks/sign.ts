import { signatureOf } from '../../core/signature.ts';

/** The headers that prove a body to an app: Meta's and Kapso's, so that a client of either understands one. */
export function signed(body: Uint8Array, secret: string): Readonly<Record<string, string>> {
  const signature = signatureOf(body, secret);
  return { 'x-hub-signature-256': `sha256=${signature}`, 'x-webhook-signature': signature };
}
