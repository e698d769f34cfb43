import type { WebhookBounds } from '../../core/ports.ts';
import type { WebhookTables } from './webhook-tables.ts';

/** Forgets what was kept long enough, up to `limit` of each kind. Gives whether there may be more. */
export function expireWebhooks(
  { seen, held, deliveries }: WebhookTables,
  { seenFor, heldFor, givenUpFor }: WebhookBounds,
  at: number,
  limit: number,
): boolean {
  const gone = [
    seen.expire(at - seenFor, limit),
    held.expire(at - heldFor, limit),
    deliveries.expire(at - givenUpFor, limit),
  ];
  return gone.includes(limit);
}
