import { type ListOptions, Rows } from './rows.ts';
import type { CallOptions, Transport } from './transport.ts';
import type { Account } from './wire.ts';

/** Tenants: each owns numbers, connections and keys. The account `default` is always there. */
export class Accounts {
  readonly #transport: Transport;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /**
   * Creates the account, unless it is there.
   *
   * @example
   * const account = await gatehouse.accounts.put('acme');
   * console.log(account.name); // acme
   */
  async put(name: string, { signal }: CallOptions = {}): Promise<Account> {
    const { body } = await this.#transport.send<Account>({
      method: 'PUT',
      path: ['accounts', { name: 'name', value: name }],
      body: {},
      signal,
    });
    return body;
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
}
