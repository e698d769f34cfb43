import { isSameSignature, signatureOf } from '../../core/signature.ts';
import type { WebhookProof, WireRequest } from '../dialect.ts';

/** A header that came once. */
export function singleHeader({ headers }: Pick<WireRequest, 'headers'>, name: string): string | undefined {
  const [value, ...others] = headers[name] ?? [];
  return others.length === 0 ? value : undefined;
}

/**
 * Proof by a header with the signature of the body as it came: the prefix and lower-case hex, and nothing around them. Hex in
 * upper case is refused, since no provider sends it.
 */
export function signatureProof({
  header,
  prefix,
  secret,
}: {
  readonly header: string;
  readonly prefix: string;
  readonly secret: 'appSecret' | 'webhookSecret';
}): WebhookProof {
  return {
    canProve: (secrets) => Boolean(secrets[secret]),
    proves(webhook, secrets) {
      const { [secret]: key } = secrets;
      const given = singleHeader(webhook, header);
      if (!key || given === undefined) return false;
      return isSameSignature(given, `${prefix}${signatureOf(webhook.body, key)}`);
    },
  };
}
