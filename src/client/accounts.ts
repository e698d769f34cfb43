import { type ListOptions, Rows } from './rows.ts';
import type { CallOptions, Request, Transport } from './transport.ts';
import type { AcceptedDelivery, Account, AccountChange } from './wire.ts';

/** Tenants: each owns numbers, connections and keys. The account `default` is always there. */
export class Accounts {
  readonly #transport: Transport;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /**
   * Creates the account, or changes it: what is absent stays, null removes. Its `app` gets the webhooks that are of no number,
   * or of one without an app of its own.
   *
   * @example
   * const account = await gatehouse.accounts.put('acme');
   * console.log(account.name, account.app); // acme null
   * const { app } = await gatehouse.accounts.put('acme', { app: { url: 'https://app.example/whatsapp', secret: 'ours' } });
   * console.log(app?.blocked, app?.secrets.join(' ')); // drop secret
   */
  async put(name: string, change: AccountChange = {}, { signal }: CallOptions = {}): Promise<Account> {
    const request: Request = { method: 'PUT', path: pathOf(name), body: change, signal };
    return (await this.#transport.send<Account>(request)).body;
  }

  /**
   * One account.
   *
   * @example
   * const { name, app } = await gatehouse.accounts.get('default');
   * console.log(name, app); // default null
   */
  async get(name: string, { signal }: CallOptions = {}): Promise<Account> {
    return (await this.#transport.send<Account>({ method: 'GET', path: pathOf(name), signal })).body;
  }

  /**
   * All accounts, by name.
   *
   * @example
   * for await (const account of gatehouse.accounts.list()) console.log(account.name); // default
   */
  list(options: ListOptions = {}): Rows<Account> {
    return new Rows(this.#transport, ['accounts'], options);
  }

  /**
   * Sends the account's app a webhook whose field is `gatehouse_test`. Without an app it is a conflict, `no_app`.
   *
   * @example
   * await gatehouse.accounts.put('acme', { app: { url: 'https://app.example/whatsapp' } });
   * const { delivery_id } = await gatehouse.accounts.testApp('acme');
   * console.log(delivery_id.startsWith('dlv_')); // true
   */
  async testApp(name: string, { signal }: CallOptions = {}): Promise<AcceptedDelivery> {
    const path = [...pathOf(name), 'app', 'test'];
    return (await this.#transport.send<AcceptedDelivery>({ method: 'POST', path, body: {}, signal })).body;
  }
}

function pathOf(name: string): Request['path'] {
  return ['accounts', { name: 'name', value: name }];
}
