import { type ListOptions, Rows } from './rows.ts';
import type { CallOptions, Request, Transport } from './transport.ts';
import type {
  AcceptedDelivery,
  BusinessNumber,
  CountedNumber,
  NumberChange,
  ReconcileAnswer,
  ReconcileJob,
  ReconcileRequest,
} from './wire.ts';

/** The business phone numbers that have a block list. */
export class Numbers {
  readonly #transport: Transport;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /**
   * Creates a number, or changes it: what is absent stays, null removes. A new one needs its `display_phone_number`. With
   * an `upstream`, its list is pushed through that connection, and the rules are others. Its `app` gets its webhooks.
   *
   * @example
   * await gatehouse.numbers.put('106540352242999', { display_phone_number: '+1 555 078 3999', name: 'Support' });
   * const { name, rules } = await gatehouse.numbers.put('106540352242999', { rules: { window: 'strict' } });
   * console.log(name, rules.window); // Support strict
   *
   * await gatehouse.connections.put('cloud', { provider: 'meta', token: 'EAAGm0PX4ZCpsBA' });
   * const pushed = await gatehouse.numbers.put('106540352242999', { upstream: { connection: 'cloud' } });
   * console.log(pushed.upstream?.number_id, pushed.rules.push); // 106540352242999 later
   *
   * const app = { url: 'https://app.example/whatsapp', secret: 'ours', blocked: 'hold' } as const;
   * const hooked = await gatehouse.numbers.put('106540352242999', { app });
   * console.log(hooked.app?.blocked, hooked.app?.secrets.join(' ')); // hold secret
   */
  async put(id: string, change: NumberChange, { signal }: CallOptions = {}): Promise<BusinessNumber> {
    const request: Request = { method: 'PUT', path: pathOf(id), body: change, signal };
    return (await this.#transport.send<BusinessNumber>(request)).body;
  }

  /**
   * One number, with the count of users that it blocks.
   *
   * @example
   * const { rules, blocked_users } = await gatehouse.numbers.get('106540352242922');
   * console.log(rules.window, blocked_users); // off 3
   */
  async get(id: string, { signal }: CallOptions = {}): Promise<CountedNumber> {
    return (await this.#transport.send<CountedNumber>({ method: 'GET', path: pathOf(id), signal })).body;
  }

  /**
   * All numbers, by id.
   *
   * @example
   * for await (const { phone_number_id, rules } of gatehouse.numbers.list()) console.log(phone_number_id, rules.window);
   * // 106540352242922 off
   * // 106540352242923 strict
   */
  list(options: ListOptions = {}): Rows<BusinessNumber> {
    return new Rows(this.#transport, ['numbers'], options);
  }

  /**
   * Deletes a number with its block list; its log stays. The id is asked for twice, so that no slip empties a list.
   *
   * @example
   * await gatehouse.numbers.delete('106540352242923', { confirm: '106540352242923' });
   */
  async delete(id: string, { confirm, signal }: CallOptions & { readonly confirm: string }): Promise<void> {
    await this.#transport.send({ method: 'DELETE', path: pathOf(id), query: { confirm }, signal, goneIsDone: true });
  }

  /**
   * Compares the number's list with its provider's, and says where they differ; users whose block is on the way to the
   * provider do not. With `apply`, they are made one in the background: `prefer` says whose list is right. If more than 100
   * users, or more than a tenth of a list, would be unblocked for it, nothing is done without `confirm`. A list that the
   * provider could not show wholly, or that is empty, removes nobody. Without an upstream it is a conflict, `no_upstream`; if
   * the provider cannot be asked, `provider`; while a job of the number is under way, `running`.
   *
   * @example
   * const { upstream } = await gatehouse.numbers.get('106540352242922');
   * if (upstream !== null) {
   *   const { plan } = await gatehouse.numbers.reconcile('106540352242922');
   *   for (const { user, reason } of plan.add) console.log(user.wa_id, reason);
   *   await gatehouse.numbers.reconcile('106540352242922', { apply: true, prefer: 'theirs' });
   * }
   * console.log(upstream); // null
   */
  async reconcile(id: string, request: ReconcileRequest = {}, { signal }: CallOptions = {}): Promise<ReconcileAnswer> {
    const path = [...pathOf(id), 'reconcile'];
    return (await this.#transport.send<ReconcileAnswer>({ method: 'POST', path, body: request, signal })).body;
  }

  /**
   * How far the number's last reconcile has come; null if there was none.
   *
   * @example
   * console.log(await gatehouse.numbers.lastReconcile('106540352242922')); // null
   */
  async lastReconcile(id: string, { signal }: CallOptions = {}): Promise<ReconcileJob | null> {
    const path = [...pathOf(id), 'reconcile'];
    return (await this.#transport.send<{ job: ReconcileJob | null }>({ method: 'GET', path, signal })).body.job;
  }

  /**
   * Sends the number's own app a webhook whose field is `gatehouse_test`. Without an app it is a conflict, `no_app`.
   *
   * @example
   * await gatehouse.numbers.put('106540352242922', { app: { url: 'https://app.example/whatsapp' } });
   * const { delivery_id } = await gatehouse.numbers.testApp('106540352242922');
   * console.log(delivery_id.startsWith('dlv_')); // true
   */
  async testApp(id: string, { signal }: CallOptions = {}): Promise<AcceptedDelivery> {
    const path = [...pathOf(id), 'app', 'test'];
    return (await this.#transport.send<AcceptedDelivery>({ method: 'POST', path, body: {}, signal })).body;
  }
}

function pathOf(id: string): Request['path'] {
  return ['numbers', { name: 'phone_number_id', value: id }];
}
