/** The keys that the secrets of connections are kept with, from one start to the next. */
import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import { ConfigError } from '../../src/config/config.ts';
import type { PhoneNumberId } from '../../src/core/ids.ts';
import { ask } from '../helpers/ask.ts';
import { outward, providerToken } from '../helpers/gateway.ts';
import { startProvider } from '../helpers/provider.ts';
import { expectStatus, startTestService, type TestService, tempFolder } from '../helpers/service.ts';
import { until } from '../helpers/until.ts';
import { assertSigned, defaultOwner, startHooked } from '../helpers/webhooks.ts';

const id = '106540352242941';
const [first, second] = [Buffer.alloc(32, 1).toString('base64'), Buffer.alloc(32, 2).toString('base64')];

function start(t: TestContext, data: string, keys: string | undefined): Promise<TestService> {
  return startTestService(t, { data, env: { ...outward, GATEHOUSE_SECRET_KEY: keys ?? '' } });
}

async function assertRefused(t: TestContext, data: string, keys: string | undefined, words: RegExp): Promise<void> {
  await assert.rejects(start(t, data, keys), (error) => {
    assert.ok(error instanceof ConfigError, String(error));
    assert.equal(error.faults.length, 1);
    assert.match(error.message, words);
    assert.ok(!error.message.includes(providerToken));
    return true;
  });
}

describe('GATEHOUSE_SECRET_KEY', () => {
  it('may change from start to start, and a start that cannot open what is kept is refused', async (t) => {
    const data = tempFolder(t);
    const provider = await startProvider(t);
    const service = await start(t, data, first);
    const put = { provider: 'meta', token: providerToken, origin: provider.origin, app_secret: 'theirs' };
    expectStatus(await service.admin('PUT', '/connections/main', put), 201);
    const secret = await service.number(id, 'gateway', { upstream: { connection: 'main' } });
    await service.close();

    await assertRefused(t, data, undefined, /^GATEHOUSE_SECRET_KEY is not set, .*connection main/);
    await assertRefused(t, data, second, /^GATEHOUSE_SECRET_KEY holds no key that opens .*connection main/);

    // The older one is needed once more: then all is sealed by the first.
    await (await start(t, data, `${second},${first}`)).close();
    await assertRefused(t, data, first, /connection main/);
    const renewed = await start(t, data, second);
    const headers = ['Authorization', `Bearer ${secret}`];
    assert.equal((await ask(renewed.base, { path: `/v25.0/${id}/media`, headers })).status, 200);
    assert.equal(provider.asked.at(-1)?.headers.authorization, `Bearer ${providerToken}`);
  });

  it('is needed for the secrets of apps as well, of numbers and of accounts', async (t) => {
    const app = await startProvider(t);
    for (const owner of [{ kind: 'number', number: id as PhoneNumberId }, defaultOwner] as const) {
      const data = tempFolder(t);
      const hooked = await startHooked(t, { data });
      await hooked.service.number(id);
      await hooked.setApp(owner, app.origin);
      await hooked.service.close();
      const whose = owner.kind === 'number' ? /app of the number 1065/ : /app of the account default/;
      for (const keys of [undefined, second]) await assertRefused(t, data, keys, whose);
      await (await start(t, data, `${second},${outward.GATEHOUSE_SECRET_KEY}`)).close();
      const renewed = await start(t, data, second);
      expectStatus(await renewed.wrote(id, '16505551234'), 200);
      await until(() => app.asked.length > 0);
      for (const asked of app.asked.splice(0)) assertSigned(asked);
    }
  });

  it('is not needed while there is no connection', async (t) => {
    const service = await start(t, tempFolder(t), undefined);
    expectStatus(await service.call('GET', '/health/ready'), 200);
    expectStatus(await service.admin('PUT', '/connections/main', { provider: 'meta', token: 'x' }), 422);
  });
});
