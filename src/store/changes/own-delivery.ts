import type { AppOwner } from '../../core/apps.ts';
import type { NewDelivery } from './tables.ts';

/** A delivery of our own: nothing has to come before or after it. */
export function ownDelivery(app: AppOwner, body: string, at: number): NewDelivery {
  const number = app.kind === 'number' ? { number: app.number } : {};
  return { app, ...number, keys: [], body, isBlocked: false, createdAt: at };
}
