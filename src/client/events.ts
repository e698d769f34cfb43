import { GatehouseError } from './error.ts';
import { isPassing } from './retry.ts';
import { type ListOptions, Rows } from './rows.ts';
import type { Request, Transport } from './transport.ts';
import type { BlockEvent } from './wire.ts';

/** How to follow a log. */
export interface FollowOptions extends ListOptions {
  /** How long to wait when there is nothing new, in ms (1,000). */
  readonly every?: number;
  /** Hears of failures that may pass; the log is read on from where it was. */
  readonly onTrouble?: (error: GatehouseError) => void;
}

/** The logs: every block and unblock of a number, oldest first. A log outlives its number. */
export class Events {
  readonly #transport: Transport;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /**
   * The log of a number up to now.
   *
   * @example
   * for await (const { action, user, reason } of gatehouse.events.list('106540352242922')) {
   *   console.log(action, user.wa_id, reason);
   * }
   * // block 16505550100 spam
   * // block 16505550101 spam
   * // block 16505550102 spam
   */
  list(number: string, options: ListOptions = {}): Rows<BlockEvent> {
    return new Rows(this.#transport, pathOf(number), options);
  }

  /**
   * The log of a number, then what is added to it, until you stop; through restarts of the server, too.
   *
   * @example
   * for await (const event of gatehouse.events.follow('106540352242922')) {
   *   console.log(event.id, event.user.wa_id);
   *   if (event.id === '2') break;
   * }
   * // 1 16505550100
   * // 2 16505550101
   */
  async *follow(number: string, options: FollowOptions = {}): AsyncGenerator<BlockEvent, void, undefined> {
    const { every = 1000, onTrouble, signal } = options;
    let { after } = options;
    for (;;) {
      try {
        for await (const { data, cursor } of this.list(number, { ...options, after }).pages()) {
          // Before the rows are given out: who comes back after trouble has had them.
          after = cursor ?? after;
          yield* data;
        }
      } catch (error) {
        if (!(error instanceof GatehouseError && isPassing(error))) throw error;
        onTrouble?.(error);
      }
      await this.#transport.timing.wait(every, signal);
    }
  }
}

function pathOf(number: string): Request['path'] {
  return ['numbers', { name: 'phone_number_id', value: number }, 'events'];
}
