/** What comes from providers and goes on to apps, for who takes it in and who sends it on. */
import type { DatabaseSync } from 'node:sqlite';
import type { Webhooks } from '../../core/ports.ts';
import { DeliveryReads } from './delivery-reads.ts';
import { lazily } from './lazily.ts';
import type { ListReader } from './list-reader.ts';
import type { Reader } from './reader.ts';
import type { SqliteTables } from './tables.ts';
import type { WriteQueue } from './writes.ts';

export interface WebhooksParts {
  readonly db: DatabaseSync;
  readonly tables: SqliteTables;
  readonly reader: Reader;
  readonly listReader: ListReader;
  readonly writes: WriteQueue;
}

export function createWebhooks({ db, tables, reader, listReader, writes }: WebhooksParts): Webhooks {
  const reads = lazily(() => new DeliveryReads(db));
  return {
    takeIn: (intake) => writes.run('takeIn', intake),
    waiting: () => reader.readOne(() => reads().waiting()),
    next: (app, limit) => reader.readOne(() => reads().next(app, limit)),
    line: (app, limit, through) => reader.readOne(() => reads().line(app, limit, through)),
    settle: (id, result, at) => writes.run('settleDelivery', id, result, at),
    deliveries: (query) => reader.readOne(() => reads().page(query)),
    delivery: (id) => reader.readOne(() => reads().one(id)),
    redeliver: (id, at) => writes.run('redeliver', id, at),
    addDelivery: (app, body, at) => writes.run('addDelivery', app, body, at),
    held: (number, user, limit) =>
      listReader.read(number, ({ list }) => {
        const match = tables.people.find(list, [user])(user);
        return match ? tables.webhooks.held.of({ list, person: match.person.id }, limit) : [];
      }),
    expire: (at, limit) => writes.run('expireWebhooks', at, limit),
    counts: () => reader.readOne(() => reads().counts()),
  };
}
