/** Clients who change and check the same few users over several nodes, and write down what they were told. */
import assert from 'node:assert/strict';
import { setTimeout as delay } from 'node:timers/promises';
import { type Answer, type Client, clientOf } from '../helpers/client.ts';
import type { Operation } from './linearizable.ts';

export interface Play {
  /** Where the nodes listen. */
  readonly nodes: readonly string[];
  /** The number. */
  readonly id: string;
  readonly players: number;
  readonly users: number;
  /** Asked before each call. */
  readonly isOver: (history: readonly Operation[]) => boolean;
}

/** Who was told nothing does not ask again at once. In ms. */
const pause = 50;

/** Resolves when all have ended; what nobody was told of is in it as such. */
export async function play({ nodes, id, players, users, isOver }: Play): Promise<Operation[]> {
  const clients = nodes.map(clientOf);
  const history: Operation[] = [];
  const playOne = async (player: number) => {
    let wasTold = true;
    const roll = diceOf(player);
    while (!isOver(history)) {
      const user = String(16_600_000_000 + roll(users));
      // Until one is told something again, one asks only: what may happen at any time explains nearly everything.
      const kind = wasTold ? kinds[roll(kinds.length)] : 'check';
      const client = clients[roll(clients.length)];
      assert.ok(kind && client);
      const operation = await call(client, { id, user, kind });
      wasTold = operation !== undefined && !('changed' in operation && operation.changed === 'unknown');
      if (operation) history.push(operation);
      if (!wasTold) await delay(pause);
    }
  };
  await Promise.all(Array.from({ length: players }, (_, player) => playOne(player)));
  return history;
}

const kinds = ['block', 'unblock', 'check', 'check'] as const;

/** Numbers below a bound, the same ones for the same player. */
function diceOf(player: number): (sides: number) => number {
  let last = player + 1;
  return (sides) => {
    last = (last * 48_271) % 0x7fff_ffff;
    return (last >> 8) % sides;
  };
}

interface Asked {
  readonly id: string;
  readonly user: string;
  readonly kind: Operation['kind'];
}

/** Nothing, if it is a check that was not answered. */
async function call(client: Client, { id, user, kind }: Asked): Promise<Operation | undefined> {
  const path = `/numbers/${id}/blocks/${user}`;
  const method = { block: 'PUT', unblock: 'DELETE', check: 'GET' }[kind];
  const begun = performance.now();
  const answer = await answerOf(client.admin(method, path));
  const time = { user, begun, ended: performance.now() };
  if (kind === 'check') return answer && { ...time, kind, blocked: answer.json.blocked };
  if (!answer) return { ...time, kind, changed: 'unknown' };
  return { ...time, kind, changed: kind === 'block' ? answer.status === 201 : answer.json.removed };
}

/** Nothing, if nobody answered or the server said that it cannot (some providers say so with 500); anything else but a success is a finding. */
export async function answerOf(asking: Promise<Answer>): Promise<Answer | undefined> {
  try {
    const answer = await asking;
    if (answer.status >= 500) return undefined;
    assert.ok(answer.status < 300, answer.text);
    return answer;
  } catch (error) {
    if (error instanceof TypeError) return undefined;
    throw error;
  }
}
