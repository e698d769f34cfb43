import type { WebhookBounds } from '../../core/ports.ts';

const mebibyte = 2 ** 20;
const day = 86_400_000;

const defaultBounds: WebhookBounds = {
  deliveryBytes: 256 * mebibyte,
  heldBytes: 64 * mebibyte,
  heldFor: 30 * day,
  seenFor: 8 * day,
  givenUpFor: 7 * day,
};

export interface BoundsOptions {
  /** How much of webhooks is kept, and how long, as far as it is not as usual. */
  readonly bounds?: Partial<WebhookBounds> | undefined;
}

export function boundsOf({ bounds }: BoundsOptions): WebhookBounds {
  return { ...defaultBounds, ...bounds };
}
