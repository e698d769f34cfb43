import { type ListOptions, Rows } from './rows.ts';
import type { CallOptions, Request, Transport } from './transport.ts';
import type { Connection, ConnectionChange } from './wire.ts';

/** How the providers are reached that lists are pushed to. Many numbers may share a connection. */
export class Connections {
  readonly #transport: Transport;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /**
   * Creates a connection, or changes it: what is absent stays, null removes. A new one needs `provider` and `token`. Secrets
   * are kept encrypted, with the server's `GATEHOUSE_SECRET_KEY`, and no answer shows them.
   *
   * @example
   * await gatehouse.connections.put('cloud', { provider: 'meta', token: 'EAAGm0PX4ZCpsBA', app_secret: '0a1b2c3d4e5f' });
   * const { api_version, secrets } = await gatehouse.connections.put('cloud', { api_version: 'v25.0' });
   * console.log(api_version, secrets.join(' ')); // v25.0 token app_secret
   */
  async put(name: string, change: ConnectionChange, { signal }: CallOptions = {}): Promise<Connection> {
    const request: Request = { method: 'PUT', path: pathOf(name), body: change, signal };
    return (await this.#transport.send<Connection>(request)).body;
  }

  /**
   * One connection, with the names of the secrets that are set. `stopped` tells if its provider refuses the token: nothing is
   * pushed then, until the connection is changed. `webhook_url` is the address to enter at the provider; null: no secret is set
   * by which it could prove a webhook.
   *
   * @example
   * await gatehouse.connections.put('cloud', { provider: '360dialog', token: 'HkQ3sAPIKEY' });
   * const { provider, secrets, stopped, webhook_url } = await gatehouse.connections.get('cloud');
   * console.log(provider, secrets.join(' '), stopped, webhook_url); // 360dialog token null null
   */
  async get(name: string, { signal }: CallOptions = {}): Promise<Connection> {
    return (await this.#transport.send<Connection>({ method: 'GET', path: pathOf(name), signal })).body;
  }

  /**
   * All connections, by name.
   *
   * @example
   * await gatehouse.connections.put('cloud', { provider: 'kapso', token: 'kapso-api-key' });
   * for await (const { name, provider } of gatehouse.connections.list()) console.log(name, provider); // cloud kapso
   */
  list(options: ListOptions = {}): Rows<Connection> {
    return new Rows(this.#transport, ['connections'], options);
  }

  /**
   * Deletes a connection with its secrets. One that a number uses is a conflict, `in_use`.
   *
   * @example
   * await gatehouse.connections.put('former', { provider: 'meta', token: 'EAAGm0PX4ZCpsBA' });
   * await gatehouse.connections.delete('former');
   */
  async delete(name: string, { signal }: CallOptions = {}): Promise<void> {
    await this.#transport.send({ method: 'DELETE', path: pathOf(name), signal, goneIsDone: true });
  }
}

function pathOf(name: string): Request['path'] {
  return ['connections', { name: 'name', value: name }];
}
