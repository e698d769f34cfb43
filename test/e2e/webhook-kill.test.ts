/** The server is killed while webhooks come in and go on: what it answered with 200 reaches the app, and repeats carry their id. */
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import path from 'node:path';
import { it, type TestContext } from 'node:test';
import type { ConnectionName, PhoneNumberId, WaId } from '../../src/core/ids.ts';
import { defaultAccount } from '../../src/core/numbers.ts';
import { Sealer } from '../../src/core/sealing.ts';
import { openStore } from '../../src/store/index.ts';
import { untilTaken } from '../helpers/client.ts';
import { databaseOf, letLeasesEnd } from '../helpers/database.ts';
import { outward } from '../helpers/gateway.ts';
import { type GatehouseProcess, startProcess } from '../helpers/process.ts';
import { type Asked, startProvider } from '../helpers/provider.ts';
import { tempFolder } from '../helpers/service.ts';
import { until } from '../helpers/until.ts';
import { change, knownAs, message, payload, proofs } from '../helpers/webhooks.ts';

const id = '106540352242982';
const kills = 6;
const senders = 8;
const dyingServer = path.join(import.meta.dirname, 'dying-server.ts');

it('loses nothing that it took in, and says it again under the same id alone', async (t) => {
  const app = await startProvider(t);
  const data = tempFolder(t);
  await prepare(await databaseOf(t, data), app.origin);
  const taken: string[] = [];
  let unanswered: string[] = [];
  for (let round = 0; round < kills; round += 1) {
    const server = await start(t, data);
    const goal = taken.length + 5 + round * 10;
    const lost = await Promise.all(
      Array.from({ length: senders }, async (_, sender) => {
        // What got no answer comes again, as providers do it.
        const again = unanswered.filter((_one, index) => index % senders === sender);
        return postUntilDeath(server, again, (one) => {
          taken.push(one);
          if (taken.length >= goal) server.child.kill('SIGKILL');
        });
      }),
    );
    unanswered = lost.flat();
    assert.equal(await server.ended, 'SIGKILL');
  }
  const server = await start(t, data);
  const deliveries = () => Map.groupBy(app.asked, messageIn);
  await until(() => taken.every((one) => deliveries().has(one)));
  // Each has one delivery, however often it was posted.
  for (const [one, asked] of deliveries())
    assert.equal(new Set(asked.map(({ headers }) => headers['x-gatehouse-delivery'])).size, 1, one);
  t.diagnostic(`${taken.length} taken, ${app.asked.length - deliveries().size} of them told again`);
  assert.equal(await server.end(), 0);
});

for (const step of ['before', 'after'])
  it(`takes in once what it was killed over, ${step} it was on disk`, async (t) => {
    const app = await startProvider(t);
    const data = tempFolder(t);
    await prepare(await databaseOf(t, data), app.origin);
    const env = { ...outward, GATEHOUSE_DEMO: 'off' };
    const dying = await startProcess(t, data, { env, command: [process.execPath, dyingServer, step] });
    await assert.rejects(post(dying, 'wamid.1'), TypeError);
    assert.equal(await dying.ended, 'SIGKILL');
    const server = await start(t, data);
    for (const messageId of ['wamid.1', 'wamid.2']) await post(server, messageId);
    await until(() => app.asked.length >= 2);
    assert.equal(await server.end(), 0);
    assert.deepEqual(app.asked.map(messageIn).toSorted(), ['wamid.1', 'wamid.2']);
  });

function messageIn({ body }: Pick<Asked, 'body'>): string {
  return JSON.parse(body.toString()).entry[0].changes[0].value.messages[0].id;
}

async function start(t: TestContext, data: string): Promise<GatehouseProcess> {
  await letLeasesEnd(t, data);
  return startProcess(t, data, { env: { ...outward, GATEHOUSE_DEMO: 'off' } });
}

async function prepare(database: string, url: string): Promise<void> {
  const store = await openStore(database);
  const sealer = new Sealer([Buffer.from(outward.GATEHOUSE_SECRET_KEY, 'base64')]);
  const { directory } = store;
  await directory.addAccount({ name: defaultAccount, createdAt: 1 });
  const secrets = { token: sealer.seal('up', 'meta/token'), appSecret: sealer.seal('of meta', 'meta/appSecret') };
  const connection = 'meta' as ConnectionName;
  await directory.putConnection(connection, { provider: 'meta', origin: 'http://127.0.0.1:9', secrets }, 1);
  const phone = { displayPhoneNumber: '+15552242982', waId: '15552242982' as WaId };
  const upstream = { connection, numberId: knownAs(id) as PhoneNumberId };
  await directory.putNumber(id as PhoneNumberId, { phone, upstream, app: { url } }, 1);
  await store.close();
}

async function post(server: GatehouseProcess, messageId: string): Promise<void> {
  const messages = [{ ...message('16505551234'), id: messageId }];
  const body = JSON.stringify(payload(change(knownAs(id), { messages })));
  const answer = await untilTaken(() => server.call('POST', '/webhooks/meta', { headers: proofs.meta(body), body }));
  assert.equal(answer.status, 200, answer.text);
}

/** Gives the ids of messages that were posted and not answered. */
async function postUntilDeath(
  server: GatehouseProcess,
  again: readonly string[],
  onTaken: (id: string) => void,
): Promise<string[]> {
  const left = [...again];
  for (;;) {
    const messageId = left[0] ?? `wamid.${randomUUID()}`;
    if (left.length === 0) left.push(messageId);
    try {
      await post(server, messageId);
    } catch (error) {
      // `fetch` fails so when the connection breaks; anything else is a finding.
      if (!(error instanceof TypeError)) throw error;
      return left;
    }
    left.shift();
    onTaken(messageId);
  }
}
