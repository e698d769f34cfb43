/** Deliveries that requests of a group give to apps. */
import type { DeliveryId } from '../../core/ids.ts';
import { keyOfApp } from '../changes/app-rows.ts';
import { toDeliveryId } from '../changes/delivery-ids.ts';
import type { DeliveriesTable, NewDelivery } from '../changes/tables.ts';
import {
  addDeliveries,
  type DeliveryRow,
  fit,
  makeRoom,
  readRoom,
  type Sizes,
  toDeliveryRow,
} from './delivery-writes.ts';
import type { Session } from './session.ts';
import type { WorkingContext } from './working-table.ts';
import type { Write } from './write.ts';

export class WorkingDeliveries implements DeliveriesTable {
  readonly #context: WorkingContext;
  readonly #sizes = new Map<string, Sizes>();
  readonly #added: DeliveryRow[] = [];
  #places: readonly number[] = [];

  constructor(context: WorkingContext) {
    this.#context = context;
  }

  /** Each of these apps gets up to `count` deliveries. */
  async load(session: Session, apps: readonly string[], count: number): Promise<void> {
    if (apps.length === 0 || count === 0) return;
    const rooms = await readRoom(session, apps, apps.length * count);
    for (const { app, waiting, givenUp } of rooms) this.#sizes.set(app, { waiting, givenUp });
    this.#places = rooms[0]?.places ?? [];
  }

  /** What transactions beside this one add is not known: together they may go a little beyond `maxBytes`. */
  add(delivery: NewDelivery, maxBytes: number): DeliveryId {
    const { journal, defer } = this.#context;
    const app = keyOfApp(delivery.app);
    const seq = this.#places[this.#added.length];
    const sizes = this.#sizes.get(app);
    if (!sizes || seq === undefined) throw new Error(`how much is kept for ${app} was not read`);
    const row = toDeliveryRow(delivery, seq);
    if (fit(sizes, row.bytes, maxBytes)) defer(makeRoom(app, maxBytes));
    this.#sizes.set(app, { ...sizes, waiting: sizes.waiting + row.bytes });
    this.#added.push(row);
    journal.note(() => {
      this.#sizes.set(app, sizes);
      this.#added.pop();
    });
    return toDeliveryId(row);
  }

  takeWrites(): Write[] {
    return addDeliveries(this.#added.splice(0));
  }
}
