/** `numbers reconcile`, as a process, between two real services. */
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { adminKey } from '../helpers/client.ts';
import { outward } from '../helpers/gateway.ts';
import { startTestService, tempFolder } from '../helpers/service.ts';
import { until } from '../helpers/until.ts';
import { run } from './run.ts';

const [here, there] = ['106540352242981', '206540352242981'];
const [ann, bob] = ['16505551234', '16505559876'];

it('shows where two lists differ, and makes them one', async (t) => {
  const provider = await startTestService(t);
  const token = await provider.number(there, 'open');
  const service = await startTestService(t, { env: outward });
  const connection = { provider: 'meta', token, origin: provider.base };
  assert.equal((await service.admin('PUT', '/connections/main', connection)).status, 201);
  await service.number(here, 'gateway', { upstream: { connection: 'main', number_id: there } });
  const own = '106540352242982';
  await service.number(own, 'open');
  const env = { GATEHOUSE_URL: service.base, GATEHOUSE_ADMIN_KEY: adminKey };
  const cwd = tempFolder(t);
  const reconcile = (...args: readonly string[]) => run(['numbers', 'reconcile', ...args], { env, cwd });
  const refused = await reconcile(own);
  assert.deepEqual([refused.code, refused.err.includes('has no upstream')], [1, true]);
  const block = await service.admin('PUT', `/numbers/${here}/blocks/${ann}`, {});
  assert.equal(block.status, 201);
  await until(async () => {
    const { json } = await service.admin('GET', `/numbers/${here}/blocks/${ann}`);
    return json.entry.sync.state === 'synced';
  });
  await provider.admin('DELETE', `/numbers/${there}/blocks/${ann}`);
  await provider.admin('PUT', `/numbers/${there}/blocks/${bob}`);
  const plan = [
    `+ ${bob}: The provider lists this user; nobody blocked them here.`,
    `- ${ann}: The provider had this block, and does not list the user any more.`,
    '1 listed there only, 1 there no more, 0 in conflict\n',
  ].join('\n');
  assert.deepEqual(await reconcile(here), { code: 0, out: plan, err: '' });
  const unconfirmed = await reconcile(here, '--apply', 'theirs');
  assert.deepEqual([unconfirmed.code, unconfirmed.out], [2, plan]);
  assert.match(unconfirmed.err, /Add --confirm/);
  const done = await reconcile(here, '--apply', 'theirs', '--confirm');
  assert.deepEqual(done, { code: 0, out: `${plan}2 users are done.\n`, err: '' });
  const { json } = await service.admin('GET', `/numbers/${here}/blocks`);
  assert.deepEqual(
    json.data.map(({ user }: { user: object }) => user),
    [{ wa_id: bob }],
  );
});
