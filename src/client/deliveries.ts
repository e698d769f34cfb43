import { type ListOptions, Rows } from './rows.ts';
import type { CallOptions, Request, Transport } from './transport.ts';
import type { AcceptedDelivery, AppDelivery, WholeAppDelivery } from './wire.ts';

/** Whose deliveries to list: those for the app of a number, or of an account. */
export interface DeliveryListOptions extends ListOptions {
  readonly number?: string | undefined;
  readonly account?: string | undefined;
}

/** Webhooks that apps have not taken yet: what one has taken is gone from here. */
export class Deliveries {
  readonly #transport: Transport;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /**
   * What waits for apps, or was given up after 3 days, oldest first; with `number` or `account` only what is for its app.
   *
   * @example
   * for await (const { id, state, attempts, detail } of gatehouse.deliveries.list({ number: '106540352242922' })) {
   *   console.log(id, state, attempts, detail);
   * }
   */
  list({ number, account, ...options }: DeliveryListOptions = {}): Rows<AppDelivery> {
    return new Rows(this.#transport, ['deliveries'], options, { phone_number_id: number, account });
  }

  /**
   * One delivery with its body, as long as its app has not taken it.
   *
   * @example
   * for await (const { id } of gatehouse.deliveries.list()) {
   *   const { detail, body } = await gatehouse.deliveries.get(id);
   *   console.log(detail, JSON.parse(body).object);
   * }
   */
  async get(id: string, { signal }: CallOptions = {}): Promise<WholeAppDelivery> {
    return (await this.#transport.send<WholeAppDelivery>({ method: 'GET', path: pathOf(id), signal })).body;
  }

  /**
   * Tries a delivery now, also one that was given up. Not repeated when an answer is lost, as `sandbox.write`.
   *
   * @example
   * for await (const { id, state } of gatehouse.deliveries.list()) {
   *   if (state === 'given_up') await gatehouse.deliveries.redeliver(id);
   * }
   */
  async redeliver(id: string, { signal }: CallOptions = {}): Promise<AcceptedDelivery> {
    const path = [...pathOf(id), 'redeliver'];
    return (await this.#transport.send<AcceptedDelivery>({ method: 'POST', path, body: {}, signal })).body;
  }
}

function pathOf(id: string): Request['path'] {
  return ['deliveries', { name: 'id', value: id }];
}
