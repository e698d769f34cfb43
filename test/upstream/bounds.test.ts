/** What fails on our side, how much is asked at once, and how it ends. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Refusal } from '../../src/core/errors.ts';
import type { PhoneNumberId, SealedSecret } from '../../src/core/ids.ts';
import { arePushed, presets } from '../../src/core/rules.ts';
import { parseUser } from '../../src/core/user.ts';
import type { Provider } from '../../src/gateway/provider.ts';
import { error, type Fault, hang } from '../helpers/fault-proxy.ts';
import { FaultySwitch } from '../helpers/faulty-store.ts';
import { until } from '../helpers/until.ts';
import { connection, openYard } from './yard.ts';

const [ann, bob] = ['16505551234', '16505559876'] as const;
const unavailable = new Refusal({ kind: 'store_unavailable' });

describe('a store that fails between the answer and its settling', { concurrency: 2 }, () => {
  for (const push of ['later', 'wait'] as const) {
    it(`under push: "${push}" is told later, and the provider nothing twice`, async (t) => {
      const faulty = new FaultySwitch();
      const yard = await openYard(t, { providerRules: 'open', rules: { push }, wrapStore: faulty.wrap });
      yard.proxy.next('POST', async ({ response, pass }) => {
        const { status, body } = await pass();
        faulty.lists = unavailable;
        response.writeHead(status).end(body);
      });
      const asking = yard.change('block', ann);
      if (push === 'wait') await assert.rejects(asking, unavailable);
      else await asking;
      await until(() => yard.told.failed.includes(unavailable));
      faulty.fine();
      await yard.reaches(ann, 'synced');
      assert.deepEqual(await yard.listed(), [ann]);
      assert.equal(yard.proxy.calls.length, 1);
    });
  }

  it('that cannot be read is asked again', async (t) => {
    const faulty = new FaultySwitch();
    const yard = await openYard(t, { providerRules: 'open', wrapStore: faulty.wrap });
    await yard.change('block', ann);
    faulty.lists = unavailable;
    faulty.rest = unavailable;
    await until(() => yard.told.failed.length > 2);
    faulty.fine();
    await yard.reaches(ann, 'synced');
  });
});

describe('a connection', { concurrency: 2 }, () => {
  it('is what the gateway passes requests through, the same until it changes', async (t) => {
    const yard = await openYard(t);
    const provider: Provider = await yard.upstreams.open(connection);
    assert.equal(provider.name, connection);
    assert.equal(await yard.upstreams.open(connection), provider);
    yard.upstreams.connectionChanged(connection);
    assert.notEqual(await yard.upstreams.open(connection), provider);
  });

  it('whose secret cannot be opened is refused, whatever it is asked for, until it can', async (t) => {
    const yard = await openYard(t, { providerRules: 'open', rules: { push: 'wait' } });
    const { directory } = yard.store;
    const { secrets } = (await directory.connection(connection)) ?? {};
    const broken = { token: 'v1.abcdefgh.aaaa' as SealedSecret };
    await directory.putConnection(connection, { secrets: broken }, Date.now());
    yard.upstreams.connectionChanged(connection);
    const refusal = { reason: { kind: 'upstream_failed', timedOut: false } };
    await assert.rejects(async () => yard.upstreams.open(connection), refusal);
    await assert.rejects(yard.change('block', ann), refusal);
    await directory.putConnection(connection, { secrets: secrets ?? {} }, Date.now());
    yard.upstreams.connectionChanged(connection);
    assert.equal((await yard.change('block', ann))[0]?.kind, 'added');
  });

  it('that refuses one request after the other for a single user each is asked ever more slowly', async (t) => {
    const never = 3_600_000;
    const limits = { firstDelay: never, longestDelay: never, longestPause: never, sweepEvery: never };
    const yard = await openYard(t, { limits });
    yard.proxy.always('POST', error(400, 100, '(#100) Invalid parameter'));
    const all = Array.from({ length: 12 }, (_, index) => String(16_505_550_000 + index));
    await yard.change('block', ...all);
    const alone = () => yard.proxy.calls.filter(({ users }) => users.length === 1).length;
    const states = async () => Promise.all(all.map(async (user) => (await yard.standing(user)).sync?.state));
    await until(() => alone() === 9);
    // Whoever comes new is a reason to go on, once.
    await yard.change('block', bob);
    await until(() => alone() === 10);
    await until(async () => (await states()).filter((state) => state === 'failed').length === 10);
    for (let times = 0; times < 20; times += 1) await yard.listed();
    assert.equal(alone(), 10);
    assert.deepEqual((await states()).slice(10), ['pending', 'pending']);
  });

  it('lets so many numbers push at once, and all of them in the end', async (t) => {
    const yard = await openYard(t, { limits: { numbersAtOnce: 3 } });
    const held: (() => void)[] = [];
    const agreed = agree();
    yard.proxy.always('POST', (turn) => new Promise<void>((resolve) => held.push(resolve)).then(() => agreed(turn)));
    const { directory, lists } = yard.store;
    const ids = Array.from({ length: 10 }, (_, index) => `10654035224300${index}` as PhoneNumberId);
    const patch = {
      phone: { displayPhoneNumber: '+1 555 000 0000', waId: '15550000000' as never },
      upstream: { connection },
      rules: presets.gateway,
    };
    const by = { dialect: 'meta', keyId: null, requestId: 'Atest' };
    for (const id of ids) {
      const put = await directory.putNumber(id, patch, Date.now());
      assert.ok('number' in put && arePushed(put.number.rules));
      await yard.store.pushes.imported(id, 0);
      await lists.block({ number: id, users: [{ input: ann, user: parseUser(ann) }], by, at: Date.now() });
      yard.upstreams.wake(put.number);
    }
    for (let answered = 0; answered < ids.length; answered += 1) {
      await until(() => held.length === Math.min(3, ids.length - answered));
      held.shift()?.();
    }
    await until(async () => (await yard.store.pushes.due(connection)).length === 0);
    assert.equal(yard.proxy.mostAtOnce, 3);
    assert.equal(yard.proxy.calls.length, ids.length);
  });
});

describe('the end', { concurrency: 2 }, () => {
  it('waits for a call that is under way, and keeps what came of it', async (t) => {
    const yard = await openYard(t, { providerRules: 'open' });
    const asked = Promise.withResolvers<void>();
    const go = Promise.withResolvers<void>();
    yard.proxy.next('POST', async ({ response, pass }) => {
      asked.resolve();
      await go.promise;
      const { status, body } = await pass();
      response.writeHead(status).end(body);
    });
    await yard.change('block', ann);
    await asked.promise;
    const closing = yard.upstreams.close();
    go.resolve();
    await closing;
    assert.equal((await yard.standing(ann)).sync?.state, 'synced');
  });

  it('waits no longer than it may, and begins nothing more', async (t) => {
    const yard = await openYard(t, { providerRules: 'open', limits: { closeGrace: 50 } });
    yard.proxy.always('POST', hang);
    await yard.change('block', ann);
    await until(() => yard.proxy.calls.length === 1);
    await yard.upstreams.close();
    await yard.change('block', bob);
    assert.equal((await yard.standing(ann)).sync?.state, 'pending');
    assert.deepEqual(
      yard.proxy.calls.filter(({ method }) => method === 'POST').map(({ users }) => users),
      [[ann]],
    );
  });
});

/** Says yes for every user; no provider hears of it. */
function agree(): Fault {
  return ({ body, response }) => {
    const { block_users: users } = JSON.parse(body) as { block_users: { user: string }[] };
    const added = users.map(({ user }) => ({ input: user, wa_id: user }));
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ messaging_product: 'whatsapp', block_users: { added_users: added } }));
  };
}
