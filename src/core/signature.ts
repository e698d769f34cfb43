import { createHmac, hash, timingSafeEqual } from 'node:crypto';

/** HMAC-SHA-256 over the bytes, in lower-case hex: how providers sign webhooks, and Gatehouse what it passes on. */
export function signatureOf(body: Uint8Array, secret: string): string {
  return createHmac('sha256', secret).update(body).digest('hex');
}

/** Whether a signature is the one expected; where they differ changes nothing of how long it takes. Its length is no secret. */
export function isSameSignature(given: string, expected: string): boolean {
  const [one, other] = [Buffer.from(given), Buffer.from(expected)];
  return one.length === other.length && timingSafeEqual(one, other);
}

/** Whether two secrets are the same; where they differ changes nothing of how long it takes. */
export function isSameSecret(given: string | Uint8Array, expected: string | Uint8Array): boolean {
  return timingSafeEqual(hash('sha256', given, 'buffer'), hash('sha256', expected, 'buffer'));
}
