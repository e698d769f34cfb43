import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { assertEveryStatusSeen, assertInvalid, baseUrl, commonStatuses, startAdmin } from './client.contract.ts';

after(() =>
  assertEveryStatusSeen(
    (name) => /\/events/.test(name),
    (status) => !commonStatuses.includes(status),
  ),
);

interface EventJson {
  readonly id: string;
  readonly action: string;
  readonly user: object;
  readonly reason?: string;
}

test('the log tells every change, oldest first, with who made it', async (t) => {
  const admin = await startAdmin(t);
  const id = await admin.addNumber();
  const block = await admin.call('PUT', `/numbers/${id}/blocks/16505551234`, { reason: 'Spam' });
  await admin.call('PUT', `/numbers/${id}/blocks/16505551234`);
  await admin.call('PUT', `/numbers/${id}/blocks/16505551234`, { reason: 'Fraud' });
  await admin.call('PUT', `/numbers/${id}/blocks/US.1`);
  await admin.call('POST', `/numbers/${id}/sandbox/messages`, { from: '16505551234', user_id: 'US.1' });
  await admin.call('DELETE', `/numbers/${id}/blocks/US.1`, { reason: 'Forgiven' });
  const { status, body } = await admin.call('GET', `/numbers/${id}/events`);
  assert.equal(status, 200);
  assert.deepEqual(body.data[0], {
    id: '1',
    at: '2026-03-01T12:00:00.000Z',
    action: 'block',
    user: { wa_id: '16505551234' },
    dialect: 'admin',
    key_id: null,
    request_id: block.headers['x-request-id'],
    reason: 'Spam',
  });
  const both = { wa_id: '16505551234', user_id: 'US.1' };
  assert.deepEqual(body.data.map(({ action, user, reason }: EventJson) => [action, user, reason]).slice(1), [
    ['update', { wa_id: '16505551234' }, 'Fraud'],
    ['block', { user_id: 'US.1' }, undefined],
    ['merge', both, undefined],
    ['unblock', both, 'Forgiven'],
  ]);
  const ids = body.data.map((event: EventJson) => Number(event.id));
  assert.deepEqual(
    ids,
    ids.toSorted((a: number, b: number) => a - b),
  );
  assert.equal(new Set(ids).size, ids.length);
});

test('a reader who keeps the last cursor gets what is new', async (t) => {
  const admin = await startAdmin(t);
  const id = await admin.addNumber();
  for (const user of ['16505550001', '16505550002', '16505550003'])
    await admin.call('PUT', `/numbers/${id}/blocks/${user}`);
  const first = (await admin.call('GET', `/numbers/${id}/events?limit=2`)).body;
  assert.equal(first.paging.next, `${baseUrl}/api/v1/numbers/${id}/events?limit=2&after=${first.paging.cursors.after}`);
  const last = (await admin.call('GET', `/numbers/${id}/events?limit=2&after=${first.paging.cursors.after}`)).body;
  assert.equal(last.paging.next, undefined);
  const poll = `/numbers/${id}/events?after=${last.paging.cursors.after}`;
  assert.deepEqual((await admin.call('GET', poll)).body, { data: [] });
  await admin.call('DELETE', `/numbers/${id}/blocks/16505550001`);
  const fresh = (await admin.call('GET', poll)).body;
  assert.deepEqual(
    [...first.data, ...last.data, ...fresh.data].map(({ action }: EventJson) => action),
    ['block', 'block', 'block', 'unblock'],
  );
});

test('a number without changes has an empty log', async (t) => {
  const admin = await startAdmin(t);
  const id = await admin.addNumber();
  assert.deepEqual((await admin.call('GET', `/numbers/${id}/events`)).body, { data: [] });
});

test('the log outlives its number and tells of its end', async (t) => {
  const admin = await startAdmin(t);
  const id = await admin.addNumber();
  await admin.call('PUT', `/numbers/${id}/blocks/16505551234`);
  await admin.call('DELETE', `/numbers/${id}?confirm=${id}`);
  const { status, body } = await admin.call('GET', `/numbers/${id}/events`);
  assert.equal(status, 200);
  assert.equal(body.data[0].action, 'block');
  const { action, user } = body.data.at(-1);
  assert.deepEqual([action, user], ['delete_number', {}]);
});

test('a number never seen has no log', async (t) => {
  const admin = await startAdmin(t);
  for (const id of ['404', 'abc', '%00']) assert.equal((await admin.call('GET', `/numbers/${id}/events`)).status, 404);
});

test('forged cursors, bad limits and unknown parameters are refused by name', async (t) => {
  const admin = await startAdmin(t);
  const id = await admin.addNumber();
  await admin.call('PUT', `/numbers/${id}/blocks/16505551234`);
  const { after: ofBlocks } = (await admin.call('GET', `/numbers/${id}/blocks`)).body.paging.cursors;
  for (const cursor of ['0', '1', '-1', '', ofBlocks]) {
    await assertInvalid(admin.call('GET', `/numbers/${id}/events?after=${cursor}`), 'after');
  }
  await assertInvalid(admin.call('GET', `/numbers/${id}/events?limit=0`), 'limit');
  await assertInvalid(admin.call('GET', `/numbers/${id}/events?since=1`), 'since');
});
