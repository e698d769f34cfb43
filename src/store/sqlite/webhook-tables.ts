/** What is kept of webhooks. Nothing of it is prepared before there is one. */
import type { DatabaseSync } from 'node:sqlite';
import { Deliveries } from './deliveries.ts';
import { Held } from './held.ts';
import { lazily } from './lazily.ts';
import { Routes } from './routes.ts';
import { Seen } from './seen.ts';
import type { TurnMemory } from './turn-memory.ts';

export interface WebhookTables {
  readonly routes: Routes;
  readonly seen: Seen;
  readonly deliveries: Deliveries;
  readonly held: Held;
}

export function openWebhookTables(db: DatabaseSync, memory: TurnMemory): WebhookTables {
  const [routes, seen, deliveries, held] = [
    lazily(() => new Routes(db, memory)),
    lazily(() => new Seen(db)),
    lazily(() => new Deliveries(db, memory)),
    lazily(() => new Held(db)),
  ];
  return {
    get routes() {
      return routes();
    },
    get seen() {
      return seen();
    },
    get deliveries() {
      return deliveries();
    },
    get held() {
      return held();
    },
  };
}
