import { type ListOptions, Rows } from './rows.ts';
import type { CallOptions, Transport } from './transport.ts';
import type { CreatedKey, Key, KeyRequest } from './wire.ts';

/** The credentials of those who call the block-users API. */
export class Keys {
  readonly #transport: Transport;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /**
   * Creates a key. Its secret is in this answer and in no other.
   *
   * It is not repeated when an answer is lost, for the key may have been made: the error then has `inDoubt`, and the
   * list of keys shows by `name` whether there is one to revoke.
   *
   * @example
   * const { id, secret } = await gatehouse.keys.create({ name: 'Helpdesk', numbers: ['106540352242922'] });
   * console.log(id.startsWith('key_'), secret.startsWith('gh_')); // true true
   */
  async create(key: KeyRequest, { signal }: CallOptions = {}): Promise<CreatedKey> {
    return (await this.#transport.send<CreatedKey>({ method: 'POST', path: ['keys'], body: key, signal })).body;
  }

  /**
   * All keys by id, without their secrets; those revoked too.
   *
   * @example
   * for await (const key of gatehouse.keys.list()) console.log(key.account, key.revoked_at);
   * // default null
   * // default null
   */
  list(options: ListOptions = {}): Rows<Key> {
    return new Rows(this.#transport, ['keys'], options);
  }

  /**
   * Revokes a key: from now on it is refused.
   *
   * @example
   * const { id } = await gatehouse.keys.create({ name: 'Former helpdesk', numbers: 'all' });
   * await gatehouse.keys.revoke(id);
   */
  async revoke(id: string, { signal }: CallOptions = {}): Promise<void> {
    const path = ['keys', { name: 'id', value: id }];
    await this.#transport.send({ method: 'DELETE', path, signal, goneIsDone: true });
  }
}
