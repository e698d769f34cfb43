/** Where it listens, and under which address it is known. */
import assert from 'node:assert/strict';
import { createServer } from 'node:net';
import { describe, it } from 'node:test';
import { afterwards } from '../helpers/cleanup.ts';
import { dialectsOf, users } from '../helpers/client.ts';
import { freePort } from '../helpers/free-port.ts';
import { spawnGatehouse, startProcess } from '../helpers/process.ts';
import { expectStatus, startTestService, tempFolder } from '../helpers/service.ts';

describe('where it listens', { concurrency: 2 }, () => {
  it('is PORT where GATEHOUSE_PORT is not set', async (t) => {
    const port = await freePort();
    const server = await startProcess(t, tempFolder(t), { env: { GATEHOUSE_PORT: undefined, PORT: String(port) } });
    assert.equal(server.base, `http://127.0.0.1:${port}`);
  });

  it('is GATEHOUSE_PORT where both are set, whatever PORT is', async (t) => {
    const server = await startProcess(t, tempFolder(t), { env: { GATEHOUSE_PORT: '0', PORT: 'console' } });
    expectStatus(await server.call('GET', '/health/ready'), 200);
  });

  it('is told in a sentence when another program has it', async (t) => {
    const taken = createServer().listen(0, '127.0.0.1');
    afterwards(t, () => taken.close());
    await new Promise((resolve) => taken.once('listening', resolve));
    const { port } = taken.address() as { port: number };
    const data = tempFolder(t);
    const { ended, output } = spawnGatehouse(t, data, { env: { GATEHOUSE_PORT: String(port) } });
    assert.equal(await ended, 1);
    assert.match(output(), /^gatehouse: .*EADDRINUSE.*another program listens there.*GATEHOUSE_PORT.*\n$/);

    // The start that gets a port is the first one: it tells the keys, with an address that is ours.
    const server = await startProcess(t, data);
    await server.said(/Kept in .*first-start\.txt/);
    assert.ok(server.output().includes(`curl '${server.base}/block_users'`));
  });

  it('may be an IPv6 address, in links too', async (t) => {
    const service = await startTestService(t, { env: { GATEHOUSE_HOST: '::1', GATEHOUSE_DEMO: 'on' } }).catch(
      (error) => {
        if (error.code !== 'EADDRNOTAVAIL' && error.code !== 'EAFNOSUPPORT') throw error;
        return undefined;
      },
    );
    if (!service) return t.skip('this machine has no IPv6');
    assert.match(service.base, /^http:\/\/\[::1\]:\d+$/);
    assert.ok(service.printed().includes(`curl '${service.base}/block_users'`));
    const { meta } = dialectsOf(service, '106540352242991', await service.number('106540352242991'));
    expectStatus(await meta('POST', users('16505551234', '16505551235')), 200);
    const { json } = await meta('GET', undefined, '?limit=1');
    assert.ok(json.paging.next.startsWith(`${service.base}/v25.0/`), json.paging.next);
  });

  it('may be known to clients under another URL, which links and curls then use', async (t) => {
    const url = 'https://blocks.example.com/whatsapp';
    const service = await startTestService(t, { env: { GATEHOUSE_PUBLIC_URL: `${url}/`, GATEHOUSE_DEMO: 'on' } });
    assert.ok(service.printed().includes(`curl '${url}/block_users'`), service.printed());
    const id = '106540352242991';
    const dialects = dialectsOf(service, id, await service.number(id));
    expectStatus(await dialects.meta('POST', users('16505551234', '16505551235')), 200);
    const paths = { meta: `/v25.0/${id}/`, d360: '/', kapso: `/meta/whatsapp/v24.0/${id}/` };
    for (const [name, call] of Object.entries(dialects)) {
      const { json } = await call('GET', undefined, '?limit=1');
      const start = `${url}${paths[name as keyof typeof paths]}block_users?`;
      assert.ok(json.paging.next.startsWith(start), json.paging.next);
    }
    const events = await service.admin('GET', `/numbers/${id}/events?limit=1`);
    assert.ok(events.json.paging.next.startsWith(`${url}/api/v1/numbers/${id}/events?`), events.json.paging.next);
  });
});
