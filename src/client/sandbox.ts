import type { CallOptions, Transport } from './transport.ts';
import type { Delivery, SandboxMessage } from './wire.ts';

/** Plays the WhatsApp users of a number. */
export class Sandbox {
  readonly #transport: Transport;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /**
   * A user writes to the number: who is blocked does not get through, who does opens the 24-hour window. Like
   * everything that is no PUT, GET or DELETE, it is not repeated when an answer is lost.
   *
   * @example
   * const ann = await gatehouse.sandbox.write('106540352242923', { from: '+1 650 555 0123', text: 'Hello!' });
   * console.log(ann.delivered); // true
   * const spammer = await gatehouse.sandbox.write('106540352242922', { from: '+1 650 555 0100' });
   * console.log(spammer.delivered, spammer.reason); // false blocked
   */
  async write(number: string, message: SandboxMessage, { signal }: CallOptions = {}): Promise<Delivery> {
    const path = ['numbers', { name: 'phone_number_id', value: number }, 'sandbox', 'messages'];
    return (await this.#transport.send<Delivery>({ method: 'POST', path, body: message, signal })).body;
  }
}
