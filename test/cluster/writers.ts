/** Clients who block and unblock users of their own over several nodes, each the next time through another one, and go on whatever fails. */
import assert from 'node:assert/strict';
import { setTimeout as delay } from 'node:timers/promises';
import { type Action, Ledger } from '../e2e/ledger.ts';
import { type Reached, settle } from '../e2e/settle.ts';
import { type Client, clientOf, dialectsOf, users } from '../helpers/client.ts';
import { until } from '../helpers/until.ts';
import { answerOf } from './players.ts';

/** How long a client waits that was told nothing. In ms. */
const pause = 50;

/** When a request ended, in ms of `performance.now()`, and through which node it was made. */
export interface Ended {
  readonly at: number;
  readonly node: number;
}

export class Writers {
  readonly ledger = new Ledger();
  readonly successes: Ended[] = [];
  /** Those that were not acknowledged. */
  readonly failures: Ended[] = [];
  readonly #nodes: readonly Client[];
  readonly #number: Reached;
  #unused = 16_500_000_000;
  #isOver = false;

  constructor(nodes: readonly string[], number: Reached) {
    this.#nodes = nodes.map(clientOf);
    this.#number = number;
  }

  /** Resolves once `stop` was called and nothing is under way any more. */
  async work(clients: number): Promise<void> {
    await Promise.all(Array.from({ length: clients }, (_, client) => this.#work(client)));
  }

  stop(): void {
    this.#isOver = true;
  }

  /** Resolves when so many more have ended so, through this node if one is named. */
  async more(kind: 'successes' | 'failures', count: number, node?: number): Promise<void> {
    const ended = () => this[kind].filter((one) => node === undefined || one.node === node).length;
    const enough = ended() + count;
    await until(() => ended() >= enough);
  }

  /** Holds what every node tells now against what was acknowledged. */
  async settle(): Promise<void> {
    for (const node of this.#nodes) await settle(node, this.#number, this.ledger);
  }

  async #work(client: number): Promise<void> {
    let user = this.#next();
    for (let step = 0; !this.#isOver; step += 1) {
      if (!this.ledger.isCertain(user)) {
        await delay(pause);
        user = this.#next();
      }
      const node = (client + step) % this.#nodes.length;
      const action: Action = this.ledger.isBlocked(user) ? 'unblock' : 'block';
      const answer = await this.#ask(node, action, user);
      (answer ? this.successes : this.failures).push({ at: performance.now(), node });
      if (answer) this.ledger.acknowledge([user], action, answer.headers.get('x-request-id') ?? '');
      else this.ledger.lose([user], action);
      // Some stay blocked, so that there is a list.
      if (step % 5 === 4) user = this.#next();
    }
  }

  #ask(node: number, action: Action, user: string) {
    const client = this.#nodes[node];
    assert.ok(client);
    const { meta } = dialectsOf(client, this.#number.id, this.#number.secret);
    return answerOf(meta(action === 'block' ? 'POST' : 'DELETE', users(user)));
  }

  /** Somebody of whom nothing was asked yet. */
  #next(): string {
    this.#unused += 1;
    return String(this.#unused);
  }
}
