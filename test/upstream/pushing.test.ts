/** What is blocked here comes to be blocked at the provider. What is done about each fault between: `faults/*.http`. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseUser } from '../../src/core/user.ts';
import { answer, error, resetAfter, resetBefore } from '../helpers/fault-proxy.ts';
import { until } from '../helpers/until.ts';
import { connection, numberId, openYard, upstreamId, type Yard } from './yard.ts';

const [ann, bob, eve, dan] = ['16505551234', '16505559876', '442079460958', '16505550000'] as const;
const bsuid = 'US.13491208655302741918';

const changesOf = ({ proxy }: Yard) => proxy.calls.filter(({ method }) => method !== 'GET');
const said = (yard: Yard) => changesOf(yard).map(({ method, users }) => `${method} ${users.join(' ')}`);

describe('a pushed list', { concurrency: 2 }, () => {
  it('reaches the provider, block and unblock, under its id and with its token', async (t) => {
    const yard = await openYard(t);
    await yard.wrote(ann, bob);
    await yard.provider.wrote(upstreamId, eve, { user_id: bsuid });
    await yard.change('block', ann, bob, bsuid);
    for (const user of [ann, bob, bsuid]) await yard.reaches(user, 'synced');
    assert.deepEqual((await yard.listed()).toSorted(), [ann, bob, eve].toSorted());
    await yard.change('unblock', bob);
    assert.equal((await yard.standing(bob)).isBlocked, false);
    await yard.reaches(bob, 'gone');
    assert.deepEqual((await yard.listed()).toSorted(), [ann, eve].toSorted());
    assert.equal(yard.proxy.calls[0]?.url, `/v25.0/${upstreamId}/block_users`);
    assert.deepEqual(said(yard), [`POST ${ann} ${bob} ${bsuid}`, `DELETE ${bob}`]);
    await until(() => yard.told.settled.length === 2);
    assert.deepEqual(yard.told.settled, ['3 done', '1 done']);
    assert.deepEqual(yard.told.failed, []);
  });

  it('ends as the last request said, however quickly they came, with one call at a time', async (t) => {
    const yard = await openYard(t);
    await yard.wrote(ann, bob);
    for (const goal of ['block', 'unblock', 'block', 'unblock', 'block'] as const) await yard.change(goal, ann);
    for (const goal of ['block', 'unblock', 'block', 'unblock'] as const) await yard.change(goal, bob);
    await yard.reaches(ann, 'synced');
    await yard.reaches(bob, 'gone');
    assert.deepEqual(await yard.listed(), [ann]);
    assert.equal(yard.proxy.mostAtOnce, 1);
  });

  it('waits with whom the provider would not block before they write, and fails for whom it never would', async (t) => {
    const yard = await openYard(t);
    await yard.provider.number('106540352242933');
    await yard.change('block', ann, '15552242933');
    const waiting = await yard.reaches(ann, 'waiting');
    assert.equal(waiting?.code, 131047);
    assert.match(waiting?.detail ?? '', /^Pushed when the user writes: /);
    const failed = await yard.reaches('15552242933', 'failed');
    assert.ok(failed?.code !== undefined && failed.detail !== undefined);
    assert.equal((await yard.standing(ann)).isBlocked, true);
    assert.deepEqual(await yard.listed(), []);
  });

  it('is enforced here beyond what the provider holds, and moves up at once when there is room', async (t) => {
    const limits = { sweepEvery: 3_600_000 };
    const yard = await openYard(t, { providerRules: 'open', rules: { pushCapacity: 2 }, limits });
    await yard.change('block', ann, bob);
    await yard.reaches(bob, 'synced');
    await yard.change('block', eve);
    assert.match((await yard.reaches(eve, 'overflow'))?.detail ?? '', /is full: enforced here/);
    await yard.change('unblock', ann);
    await yard.reaches(eve, 'synced');
    assert.deepEqual((await yard.listed()).toSorted(), [bob, eve].toSorted());
    assert.deepEqual(said(yard), [`POST ${ann} ${bob}`, `DELETE ${ann}`, `POST ${eve}`]);
    await yard.change('block', dan);
    await yard.reaches(dan, 'overflow');
    const put = await yard.store.directory.putNumber(numberId, { rules: { push: 'wait' } }, Date.now());
    assert.ok(put.kind === 'changed');
    const by = { dialect: 'meta', keyId: null, requestId: 'Atest' };
    const users = [{ input: bob, user: parseUser(bob) }];
    await yard.upstreams.agree(put.number, 'unblock', { number: numberId, users, by, at: Date.now() });
    await yard.reaches(dan, 'synced');
    assert.deepEqual((await yard.listed()).toSorted(), [eve, dan].toSorted());
  });

  it('is told as full by a provider that says so', async (t) => {
    const yard = await openYard(t, { providerRules: { window: 'off', capacity: 1, paging: 'versioned' } });
    await yard.change('block', ann, bob);
    await yard.reaches(ann, 'synced');
    assert.equal((await yard.reaches(bob, 'overflow'))?.code, 139101);
  });

  it('is pushed whole by a number that gets its upstream later, 1,000 users a request', async (t) => {
    const yard = await openYard(t, { providerRules: 'open' });
    const { directory } = yard.store;
    await directory.putNumber(numberId, { upstream: null }, Date.now());
    const crowd = Array.from({ length: 2_100 }, (_, index) => String(16_500_000_000 + index));
    for (let from = 0; from < crowd.length; from += 700) await yard.change('block', ...crowd.slice(from, from + 700));
    const put = await directory.putNumber(numberId, { upstream: { connection, numberId: upstreamId } }, Date.now());
    assert.ok(put.kind === 'changed');
    yard.upstreams.numberChanged(put.number);
    await yard.reaches(crowd.at(-1) ?? '', 'synced');
    assert.deepEqual(new Set(changesOf(yard).flatMap(({ users }) => users)), new Set(crowd));
    await until(() => yard.told.settled.length === 3);
    assert.deepEqual(yard.told.settled, ['1000 done', '1000 done', '100 done']);
  });

  it('is pushed again through a connection that leads to another provider', async (t) => {
    const yard = await openYard(t, { providerRules: 'open' });
    await yard.change('block', ann, bob);
    await yard.reaches(bob, 'synced');
    const other = await openYard(t, { providerRules: 'open' });
    const { proxy } = other;
    const token = changesOf(yard)[0]?.authorization;
    await yard.store.directory.putConnection(connection, { origin: proxy.origin, secrets: {} }, Date.now());
    yard.upstreams.connectionChanged(connection);
    // The other provider does not know the token of this one.
    await until(() => yard.upstreams.stops().length === 1);
    assert.equal(proxy.calls[0]?.authorization, token);
    assert.equal((await yard.standing(ann)).sync?.state, 'pending');
  });
});

describe('a fault between', { concurrency: 2 }, () => {
  it('a list that cannot be read is asked for again before anything is said twice', async (t) => {
    const yard = await openYard(t);
    await yard.wrote(ann);
    yard.proxy.next('POST', resetAfter);
    yard.proxy.next('GET', answer(503, '{}'), resetBefore, answer(200, '<html>'));
    await yard.change('block', ann);
    await yard.reaches(ann, 'synced');
    assert.deepEqual(said(yard), [`POST ${ann}`]);
  });

  it('a request refused for one of its users is refused for that one alone', async (t) => {
    const yard = await openYard(t, { providerRules: 'open' });
    yard.proxy.always('POST', ({ body, response, pass }) => {
      if (body.includes(eve)) return error(400, 100, '(#100) Invalid parameter')({ response } as never);
      return pass().then(({ status, body: text }) => response.writeHead(status).end(text));
    });
    const crowd = Array.from({ length: 20 }, (_, index) => String(16_500_000_000 + index));
    await yard.change('block', ...crowd.slice(0, 13), eve, ...crowd.slice(13));
    assert.equal((await yard.reaches(eve, 'failed'))?.code, 100);
    for (const user of crowd) await yard.reaches(user, 'synced');
    assert.equal((await yard.listed()).length, crowd.length);
  });

  it('a provider that fails all the time is left alone for a while, and tried by one call', async (t) => {
    const yard = await openYard(t, { providerRules: 'open', limits: { failuresToBreak: 3 } });
    yard.proxy.always('POST', answer(500, '{}'));
    await yard.change('block', ann);
    await until(() => yard.told.paused.length >= 2);
    yard.proxy.always('POST', undefined);
    await yard.reaches(ann, 'synced');
    assert.deepEqual(new Set(yard.told.paused), new Set(['broken']));
  });

  it('a provider that nobody can reach is reached when it is there', async (t) => {
    const yard = await openYard(t, { providerRules: 'open' });
    const { directory } = yard.store;
    const { origin } = yard.proxy;
    await directory.putConnection(connection, { origin: 'http://127.0.0.1:1', secrets: {} }, Date.now());
    yard.upstreams.connectionChanged(connection);
    await yard.change('block', ann);
    await until(async () => (await yard.standing(ann)).sync?.detail !== undefined);
    assert.match((await yard.standing(ann)).sync?.detail ?? '', /^The provider cannot be reached \(ECONNREFUSED\)$/);
    await directory.putConnection(connection, { origin, secrets: {} }, Date.now());
    yard.upstreams.connectionChanged(connection);
    await yard.reaches(ann, 'synced');
  });
});
