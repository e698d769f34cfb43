/** The server is killed in the middle of its work, over and over: nothing that it acknowledged may be lost or doubled. */
import assert from 'node:assert/strict';
import path from 'node:path';
import { it } from 'node:test';
import { type Client, clientOf, dialectsOf, users } from '../helpers/client.ts';
import { isOnPostgres } from '../helpers/database.ts';
import { type GatehouseProcess, startProcess } from '../helpers/process.ts';
import { tempFolder } from '../helpers/service.ts';
import { type Action, Ledger } from './ledger.ts';
import { settle } from './settle.ts';

const id = '106540352242960';
const kills = 20;
const clients = 16;
/** How many requests are acknowledged before each kill, and for how long: at the very start, and in full swing. */
const loads: readonly Load[] = [
  { requests: 1 },
  { requests: 40 },
  { requests: 160 },
  // Long enough for the thread to begin.
  { requests: 400, milliseconds: 700, writes: 'inThread' },
  { requests: 400, milliseconds: 700, writes: 'toAndFro' },
];
const switchingServer = path.join(import.meta.dirname, 'switching-server.ts');
const dialectNames = ['meta', 'd360', 'kapso'] as const;

it('loses and doubles nothing that it acknowledged, killed 20 times under load', async (t) => {
  const data = tempFolder(t);
  const ledger = new Ledger();
  const start = (round: number) => {
    const { writes } = loadOf(round);
    return startProcess(t, data, {
      env: { GATEHOUSE_DEMO: 'off' },
      ...(writes && !isOnPostgres && { command: [process.execPath, switchingServer, writes] }),
    });
  };
  let server = await start(0);
  const secret = await server.number(id);
  for (let round = 0; round < kills; round += 1) {
    await killUnderLoad(server, secret, { ledger, round });
    server = await start(round + 1);
    if (round % 5 === 4) await settle(server, { id, secret }, ledger);
  }
  t.diagnostic(`${ledger.acknowledged} requests acknowledged, ${ledger.unknown} without an answer`);
  assert.ok(ledger.acknowledged > kills && ledger.unknown > kills, 'there was no load');
  assert.equal(await server.end(), 0);
});

interface Load {
  readonly requests: number;
  readonly milliseconds?: number;
  /** Of SQLite: where writes are made, if not as the server itself would. */
  readonly writes?: 'inThread' | 'toAndFro';
}

interface Round {
  readonly ledger: Ledger;
  readonly round: number;
}

function loadOf(round: number): Load {
  return loads[round % loads.length] ?? { requests: 1 };
}

/** Lets all clients work until enough is acknowledged, kills the server, and waits until every client knows. */
async function killUnderLoad(server: GatehouseProcess, secret: string, { ledger, round }: Round): Promise<void> {
  const { requests, milliseconds = 0 } = loadOf(round);
  const enough = { acknowledged: ledger.acknowledged + requests, time: performance.now() + milliseconds };
  const work = Array.from({ length: clients }, (_, client) =>
    workUntilDeath(server, secret, {
      ledger,
      client,
      round,
      onAcknowledged: () => {
        if (ledger.acknowledged < enough.acknowledged || performance.now() < enough.time) return;
        server.child.kill('SIGKILL');
      },
    }),
  );
  await Promise.all(work);
  assert.equal(await server.ended, 'SIGKILL');
}

interface Work extends Round {
  readonly client: number;
  readonly onAcknowledged: () => void;
}

/** One client: it changes users that are its own until the server does not answer any more. */
async function workUntilDeath(server: Client, secret: string, work: Work): Promise<void> {
  const { ledger, client, round } = work;
  const dialects = dialectsOf(clientOf(server.base), id, secret);
  for (let step = 0; ; step += 1) {
    const asked = ownUsers(client, round, step).filter((user) => ledger.isCertain(user));
    const [first] = asked;
    if (first === undefined) continue;
    const action: Action = ledger.isBlocked(first) ? 'unblock' : 'block';
    const turned = asked.filter((user) => ledger.isBlocked(user) === (action === 'unblock'));
    const call = dialects[dialectNames[(client + step) % dialectNames.length] ?? 'meta'];
    try {
      // Those who are as asked already are repeated: that is acknowledged too, and changes nothing.
      const answer = await call(action === 'block' ? 'POST' : 'DELETE', users(...asked));
      assert.equal(answer.status, 200, answer.text);
      ledger.acknowledge(turned, action, answer.headers.get('x-request-id') ?? '');
      work.onAcknowledged();
    } catch (error) {
      // `fetch` fails so when the connection breaks; anything else is a finding.
      if (!(error instanceof TypeError)) throw error;
      ledger.lose(turned, action);
      return;
    }
  }
}

/** One to four of the 40 users of a client: each request another choice, most come again. */
function ownUsers(client: number, round: number, step: number): string[] {
  const count = 1 + ((client + step) % 4);
  const from = (round * 7 + step * 3) % 40;
  return Array.from({ length: count }, (_, index) => String(16_500_000_000 + client * 100 + ((from + index) % 40)));
}
