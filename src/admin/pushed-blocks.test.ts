/** Blocks of a number with an upstream: how they stand at the provider, and what it refuses. */
import assert from 'node:assert/strict';
import type { IncomingMessage } from 'node:http';
import { after, test } from 'node:test';
import { Refusal } from '../core/errors.ts';
import type { ConnectionName, PhoneNumberId } from '../core/ids.ts';
import type { Outcome, Refused } from '../core/outcome.ts';
import type { PushResult } from '../core/push.ts';
import { adminKey, assertEveryStatusSeen, startAdmin, type TestAdmin } from './client.contract.ts';
import { QuickCheck } from './quick-check.ts';

after(() =>
  assertEveryStatusSeen(
    (name) => /^(PUT|DELETE) .*\/blocks/.test(name),
    (status) => status === 409,
  ),
);

const user = '16505551234';

async function pushedNumber(admin: TestAdmin, rules: unknown = 'gateway'): Promise<PhoneNumberId> {
  await admin.call('PUT', '/connections/cloud', { provider: 'meta', token: 'up-token' });
  const id = await admin.addNumber({ upstream: { connection: 'cloud' }, rules });
  admin.upstreams.told.length = 0;
  return id as PhoneNumberId;
}

/** The provider says this of all that is due. */
async function settle({ store, now }: TestAdmin, id: PhoneNumberId, result: PushResult): Promise<void> {
  const { pushes } = await store.pushes.next(id, now, 100);
  assert.equal(pushes.length, 1);
  await store.pushes.settle(
    id,
    pushes.map((push) => ({ push, result })),
    now,
  );
}

test('an entry tells how it stands at the provider, in every answer that shows it', async (t) => {
  const admin = await startAdmin(t);
  const id = await pushedNumber(admin);
  const put = await admin.call('PUT', `/numbers/${id}/blocks/${user}`);
  assert.deepEqual([put.status, put.body.blocked, put.body.entry.sync.state], [201, true, 'pending']);
  assert.deepEqual(admin.upstreams.told, [`wake ${id}`]);
  const syncs = async () => {
    const [one, list] = [`/numbers/${id}/blocks/${user}`, `/numbers/${id}/blocks`];
    const [state, page] = [(await admin.call('GET', one)).body, (await admin.call('GET', list)).body];
    assert.deepEqual(page.data, [state.entry]);
    return state.entry.sync;
  };
  admin.now += 1000;
  await settle(admin, id, { kind: 'waiting', code: 131047, detail: 'The user has to write first.' });
  assert.deepEqual(await syncs(), {
    state: 'waiting',
    code: 131047,
    detail: 'The user has to write first.',
    last_attempt_at: '2026-03-01T12:00:01.000Z',
  });
  assert.equal((await admin.call('PUT', `/numbers/${id}/blocks/${user}`)).status, 200);
});

test('a failure that may pass tells when it is tried again', async (t) => {
  const admin = await startAdmin(t);
  const id = await pushedNumber(admin);
  await admin.call('PUT', `/numbers/${id}/blocks/${user}`);
  await settle(admin, id, { kind: 'retry', detail: 'The provider answered 503.', at: admin.now + 5000 });
  const { body } = await admin.call('GET', `/numbers/${id}/blocks/${user}`);
  assert.equal(body.entry.sync.state, 'pending');
  assert.equal(body.entry.sync.detail, 'The provider answered 503.');
  assert.equal(body.entry.sync.next_attempt_at, '2026-03-01T12:00:05.000Z');
});

test('while its connection is stopped, whoever waits says so, and for what', async (t) => {
  const admin = await startAdmin(t);
  const id = await pushedNumber(admin);
  const [done, pending, removed] = ['16505550001', '16505550002', '16505550003'];
  for (const one of [done, removed]) {
    await admin.call('PUT', `/numbers/${id}/blocks/${one}`);
    await settle(admin, id, { kind: 'done' });
  }
  const stop = { connection: 'cloud' as ConnectionName, code: 190, detail: 'It does not accept the token.', at: 0 };
  admin.upstreams.stopped = [{ ...stop, connection: 'other' as ConnectionName }, stop];
  const detail = 'The connection cloud is stopped until it gets another token: It does not accept the token.';
  const put = await admin.call('PUT', `/numbers/${id}/blocks/${pending}`);
  assert.deepEqual(put.body.entry.sync, { state: 'pending', code: 190, detail });
  assert.deepEqual((await admin.call('GET', `/numbers/${id}/blocks/${pending}`)).body.entry, put.body.entry);
  await admin.call('DELETE', `/numbers/${id}/blocks/${removed}`);
  const { body } = await admin.call('GET', `/numbers/${id}/blocks/${removed}`);
  assert.deepEqual(body, { blocked: false, entry: { sync: { state: 'removing', code: 190, detail } } });
  const list = await admin.call('GET', `/numbers/${id}/blocks`);
  const states = list.body.data.map(({ sync }: { sync: { state: string; detail?: string } }) => [
    sync.state,
    sync.detail,
  ]);
  assert.deepEqual(states, [
    ['synced', undefined],
    ['pending', detail],
  ]);
});

test('who is unblocked is free at once, and the check tells until the provider has confirmed it', async (t) => {
  const admin = await startAdmin(t);
  const id = await pushedNumber(admin);
  await admin.call('PUT', `/numbers/${id}/blocks/${user}`);
  await settle(admin, id, { kind: 'done' });
  assert.equal((await admin.call('GET', `/numbers/${id}/blocks/${user}`)).body.entry.sync.state, 'synced');
  const gone = await admin.call('DELETE', `/numbers/${id}/blocks/${user}`);
  assert.deepEqual([gone.status, gone.body], [200, { blocked: false, removed: true }]);
  assert.deepEqual((await admin.call('GET', `/numbers/${id}/blocks`)).body, { data: [] });
  const { body } = await admin.call('GET', `/numbers/${id}/blocks/${user}`);
  assert.deepEqual(Object.keys(body), ['blocked', 'entry']);
  assert.deepEqual([body.blocked, Object.keys(body.entry), body.entry.sync.state], [false, ['sync'], 'removing']);
  await settle(admin, id, { kind: 'done' });
  assert.deepEqual((await admin.call('GET', `/numbers/${id}/blocks/${user}`)).body, { blocked: false });
});

test('a check without the framework has the same answer', async (t) => {
  const admin = await startAdmin(t);
  const id = await pushedNumber(admin);
  const quick = new QuickCheck(admin.deps);
  const states: unknown[] = [];
  const compare = async () => {
    const url = `/numbers/${id}/blocks/${user}`;
    const authorization = `Bearer ${adminKey}`;
    const request = { method: 'GET', url: `/api/v1${url}`, headers: { authorization } };
    const answer = await quick.answer({ ...request, rawHeaders: ['Authorization', authorization] } as IncomingMessage);
    const { body } = await admin.call('GET', url);
    assert.equal(answer, JSON.stringify(body));
    states.push([body.blocked, body.entry?.sync?.state]);
  };
  await compare();
  await admin.call('PUT', `/numbers/${id}/blocks/${user}`);
  await settle(admin, id, { kind: 'done' });
  await compare();
  await admin.call('DELETE', `/numbers/${id}/blocks/${user}`);
  await compare();
  assert.deepEqual(states, [
    [false, undefined],
    [true, 'synced'],
    [false, 'removing'],
  ]);
});

test('a refusal of the provider is a conflict in its words, and one that is not settled says so', async (t) => {
  const admin = await startAdmin(t);
  const id = await pushedNumber(admin, { push: 'wait' });
  const refuse = (refusal: Pick<Refused, 'why' | 'told'>) => {
    admin.upstreams.answer = ({ input }: Outcome) => ({ kind: 'refused', input, ...refusal });
  };
  const change = async (method: string) => {
    const { status, body } = await admin.call(method, `/numbers/${id}/blocks/${user}`);
    return [status, body.code, body.detail];
  };
  const told = { code: 131047, message: 'Re-engagement message', details: 'More than 24 hours have passed.' };
  refuse({ why: 'provider', told });
  const words = 'The provider refused with 131047 (Re-engagement message): More than 24 hours have passed.';
  assert.deepEqual(await change('PUT'), [409, 'provider', words]);
  assert.deepEqual(await change('DELETE'), [409, 'provider', words]);
  refuse({ why: 'provider', told: { ...told, details: '' } });
  assert.deepEqual(await change('PUT'), [409, 'provider', 'The provider refused with 131047 (Re-engagement message).']);
  admin.upstreams.answer = () => {
    throw new Refusal({ kind: 'upstream_failed', timedOut: false });
  };
  assert.deepEqual(await change('PUT'), [409, 'provider', 'The provider cannot be asked. Nothing was changed.']);
  refuse({ why: 'unsettled' });
  const unsettled = 'The provider did not answer in time; what it did is being found out, and nothing counts before.';
  assert.deepEqual(await change('PUT'), [409, 'unsettled', unsettled]);
  assert.deepEqual(await change('DELETE'), [409, 'unsettled', unsettled]);
  assert.deepEqual(new Set(admin.upstreams.told), new Set([`block ${id}`, `unblock ${id}`]));
});

test('numbers without an upstream wake nobody', async (t) => {
  const admin = await startAdmin(t);
  const id = await admin.addNumber();
  admin.upstreams.told.length = 0;
  const { body } = await admin.call('PUT', `/numbers/${id}/blocks/${user}`);
  assert.equal('sync' in body.entry, false);
  await admin.call('DELETE', `/numbers/${id}/blocks/${user}`);
  assert.deepEqual(admin.upstreams.told, []);
});
