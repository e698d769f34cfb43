import { type ListOptions, Rows } from './rows.ts';
import type { CallOptions, Request, Transport } from './transport.ts';
import type { BusinessNumber, CountedNumber, NumberChange } from './wire.ts';

/** The business phone numbers that have a block list. */
export class Numbers {
  readonly #transport: Transport;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /**
   * Creates a number, or changes it: what is absent stays, null removes. A new one needs its `display_phone_number`. With
   * an `upstream`, its list is pushed through that connection, and the rules are others.
   *
   * @example
   * await gatehouse.numbers.put('106540352242999', { display_phone_number: '+1 555 078 3999', name: 'Support' });
   * const { name, rules } = await gatehouse.numbers.put('106540352242999', { rules: { window: 'strict' } });
   * console.log(name, rules.window); // Support strict
   *
   * await gatehouse.connections.put('cloud', { provider: 'meta', token: 'EAAGm0PX4ZCpsBA' });
   * const pushed = await gatehouse.numbers.put('106540352242999', { upstream: { connection: 'cloud' } });
   * console.log(pushed.upstream?.number_id, pushed.rules.push); // 106540352242999 later
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
}

function pathOf(id: string): Request['path'] {
  return ['numbers', { name: 'phone_number_id', value: id }];
}
