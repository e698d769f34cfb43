import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { setImmediate as immediate } from 'node:timers/promises';
import { Refusal } from '../core/errors.ts';
import type { PhoneNumberId, WaId } from '../core/ids.ts';
import { assertEveryStatusSeen, assertInvalid, startAdmin, type TestAdmin } from './client.contract.ts';

after(() =>
  assertEveryStatusSeen(
    (name) => /reconcile$/.test(name),
    (status) => [200, 404, 409].includes(status),
  ),
);

const [ann, bob] = ['16505551234', '16505559876'] as WaId[];

/** A number whose provider blocks these. */
async function numberListing(admin: TestAdmin, ...users: readonly (WaId | undefined)[]): Promise<PhoneNumberId> {
  await admin.call('PUT', '/connections/cloud', { provider: 'meta', token: 'up-token' });
  const id = await admin.addNumber({ upstream: { connection: 'cloud' } });
  admin.upstreams.list = { users: users.flatMap((waId) => (waId ? { waId } : [])), isComplete: true };
  return id as PhoneNumberId;
}

const reconcile = (admin: TestAdmin, id: string, body: object = {}) =>
  admin.call('POST', `/numbers/${id}/reconcile`, body);

async function ended(admin: TestAdmin, id: string) {
  for (;;) {
    const { job } = (await admin.call('GET', `/numbers/${id}/reconcile`)).body;
    if (job.state !== 'running') return job;
    await immediate();
  }
}

test('a plan names whom the provider lists, and changes nothing', async (t) => {
  const admin = await startAdmin(t);
  const id = await numberListing(admin, ann);
  const { status, body } = await reconcile(admin, id);
  const reason = 'The provider lists this user; nobody blocked them here.';
  assert.deepEqual(
    [status, body],
    [
      200,
      {
        plan: { add: [{ user: { wa_id: ann }, reason }], remove: [], conflicts: [] },
        counts: { add: 1, remove: 0, conflicts: 0, listed_here: 0, listed_there: 1 },
        applied: false,
        confirm_required: false,
      },
    ],
  );
  assert.deepEqual((await admin.call('GET', `/numbers/${id}/reconcile`)).body, { job: null });
  assert.equal((await admin.call('GET', `/numbers/${id}/blocks/${ann}`)).body.blocked, false);
});

test('a plan that is applied is a job', async (t) => {
  const admin = await startAdmin(t);
  const id = await numberListing(admin, ann, bob);
  const { body } = await reconcile(admin, id, { apply: true, prefer: 'theirs' });
  assert.deepEqual([body.applied, body.job.state, body.job.total], [true, 'running', 2]);
  const job = await ended(admin, id);
  assert.deepEqual(job, { ...body.job, state: 'done', done: 2, ended_at: job.started_at });
  const { entry } = (await admin.call('GET', `/numbers/${id}/blocks/${ann}`)).body;
  assert.deepEqual([entry.dialect, entry.sync.state], ['admin', 'synced']);
  assert.equal(admin.upstreams.told.at(-1), `wake ${id}`);
});

test('many removals want to be confirmed, and nobody is removed for an empty list', async (t) => {
  const admin = await startAdmin(t);
  const id = await numberListing(admin, ann, bob);
  await reconcile(admin, id, { apply: true, prefer: 'theirs' });
  await ended(admin, id);
  admin.upstreams.list = { users: [], isComplete: true };
  const empty = (await reconcile(admin, id, { apply: true, prefer: 'theirs', confirm: true })).body;
  assert.deepEqual([empty.plan.remove, empty.note?.slice(0, 26)], [[], 'The provider lists nobody.']);
  await ended(admin, id);
  admin.upstreams.list = { users: [{ waId: ann as WaId }], isComplete: true };
  const asked = (await reconcile(admin, id, { apply: true, prefer: 'theirs' })).body;
  assert.deepEqual([asked.applied, asked.confirm_required, asked.counts.remove], [false, true, 1]);
  const done = (await reconcile(admin, id, { apply: true, prefer: 'theirs', confirm: true })).body;
  assert.deepEqual([done.applied, done.confirm_required], [true, true]);
  await ended(admin, id);
  assert.equal((await admin.call('GET', `/numbers/${id}/blocks/${bob}`)).body.blocked, false);
});

test('a long plan is cut, and its counts are not', async (t) => {
  const admin = await startAdmin(t);
  const users = Array.from({ length: 1_001 }, (_, index) => String(16_600_000_000 + index) as WaId);
  const id = await numberListing(admin, ...users);
  const { body } = await reconcile(admin, id);
  assert.deepEqual([body.plan.add.length, body.counts.add], [1_000, 1_001]);
});

test('what cannot be reconciled is refused', async (t) => {
  const admin = await startAdmin(t);
  const own = await admin.addNumber();
  const refused = await reconcile(admin, own);
  assert.deepEqual([refused.status, refused.body.code], [409, 'no_upstream']);
  const id = await numberListing(admin);
  await assertInvalid(reconcile(admin, id, { apply: true }), 'prefer');
  await assertInvalid(reconcile(admin, id, { apply: 'yes' }), 'apply');
  assert.equal((await reconcile(admin, id, { apply: 'yes' })).body.detail, 'apply must be true or false.');
  await assertInvalid(reconcile(admin, id, { prefer: 'nobody' }), 'prefer');
  admin.upstreams.list = new Refusal({ kind: 'upstream_failed', timedOut: true });
  const lost = await reconcile(admin, id);
  assert.deepEqual([lost.status, lost.body.code], [409, 'provider']);
  admin.upstreams.list = new Refusal({
    kind: 'upstream_failed',
    timedOut: false,
    detail: 'The provider answered 401.',
  });
  assert.equal((await reconcile(admin, id)).body.detail, 'The provider answered 401. Nothing was changed.');
  for (const method of ['POST', 'GET']) {
    const body = method === 'POST' ? {} : undefined;
    assert.equal((await admin.call(method, '/numbers/777/reconcile', body)).status, 404);
  }
});
