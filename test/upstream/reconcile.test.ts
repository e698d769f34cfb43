/** A list is made one with its provider's, and takes it over when the number gets it. */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import path from 'node:path';
import { describe, it } from 'node:test';
import type { BusinessNumber } from '../../src/core/numbers.ts';
import type { ReconcilePlan } from '../../src/core/reconcile.ts';
import { openStore } from '../../src/store/index.ts';
import { databaseOf, letLeasesEnd } from '../helpers/database.ts';
import { answer, error, type Fault, startFaultProxy } from '../helpers/fault-proxy.ts';
import { spawnGatehouse } from '../helpers/process.ts';
import { startTestService, tempFolder } from '../helpers/service.ts';
import { until } from '../helpers/until.ts';
import type { Task } from './pushing-process.ts';
import { openReconciling } from './reconciling.ts';
import { connection, numberId, upstreamId, type Yard } from './yard.ts';

const [ann, bob, eve, dan] = ['16505551234', '16505559876', '16505550001', '16505550002'] as const;
const failing = error(500, 139103, 'Internal error');
const empty = answer(200, { data: [] });

/** More than a page. */
const crowd = Array.from({ length: 1_500 }, (_, index) => String(16_600_000_000 + index));

const passThen =
  (then: () => Promise<unknown>): Fault =>
  async ({ response, pass }) => {
    const { status, headers, body } = await pass();
    await then();
    response.writeHead(status, headers).end(body);
  };

function names({ add, remove, conflicts }: ReconcilePlan) {
  return [add, remove, conflicts].map((all) => all.map(({ user }) => user.waId ?? user.userId));
}

const changes = ({ proxy }: Pick<Yard, 'proxy'>) => proxy.calls.filter(({ method }) => method !== 'GET');

describe('a plan', { concurrency: 2 }, () => {
  it('names who is listed there only and who is not any more, and changes nothing', async (t) => {
    const yard = await openReconciling(t);
    await yard.synced(ann, bob);
    await yard.there('block', eve);
    await yard.there('unblock', ann);
    const told = changes(yard).length;
    const { plan, sizes, confirmRequired, job } = await yard.ask();
    assert.deepEqual(names(plan), [[eve], [ann], []]);
    assert.deepEqual([sizes, confirmRequired, job], [{ ours: 2, theirs: 2 }, true, undefined]);
    assert.deepEqual(await yard.here(), [`${ann} synced`, `${bob} synced`]);
    assert.equal(changes(yard).length, told);
  });

  it('leaves out who is on the way', async (t) => {
    const yard = await openReconciling(t, { limits: { firstDelay: 60_000, longestDelay: 60_000 } });
    await yard.synced(ann);
    yard.proxy.always('POST', error(500, 139103, 'Internal error'));
    await yard.change('block', bob);
    await yard.reaches(bob, 'pending');
    await yard.there('block', eve);
    // Somebody blocks them here while the list is read.
    yard.proxy.next(
      'GET',
      passThen(() => yard.change('block', eve)),
    );
    assert.deepEqual(names((await yard.ask()).plan), [[], [], []]);
  });

  it('of a list that changes while it is read is one of the list as it is then', async (t) => {
    const yard = await openReconciling(t, { providerRules: { paging: 'versioned' } });
    await yard.there('block', ...crowd.slice(0, 1000));
    await yard.there('block', ...crowd.slice(1000));
    yard.proxy.next(
      'GET',
      passThen(() => yard.there('block', ann)),
    );
    const { plan } = await yard.ask();
    assert.deepEqual([plan.add.length, plan.keptBecause], [crowd.length + 1, undefined]);
    // One that never holds still is not read to its end.
    let last = 0;
    yard.proxy.always(
      'GET',
      passThen(() => yard.there('block', String(16_700_000_000 + last++))),
    );
    assert.equal((await yard.ask()).plan.keptBecause, 'incomplete');
  });

  it('cannot be made of a provider that cannot be asked, which says why', async (t) => {
    const yard = await openReconciling(t);
    const refused = (detail: string) =>
      assert.rejects(yard.ask(), { reason: { kind: 'upstream_failed', timedOut: false, detail } });
    yard.proxy.always('GET', error(500, 139103, 'Internal error'));
    await refused('The provider answered 500: Internal error');
    yard.proxy.always('GET', error(401, 190, 'Invalid token'));
    // The second finds the connection stopped, and asks nothing.
    for (const _time of [1, 2]) await refused('The provider answered 401: it does not accept the token');
  });
});

describe('with theirs preferred', { concurrency: 2 }, () => {
  it('who is listed there is blocked here, who is not is free, and nothing is pushed', async (t) => {
    const yard = await openReconciling(t);
    await yard.synced(ann, bob);
    await yard.there('block', eve);
    await yard.there('unblock', ann);
    const told = changes(yard).length;
    assert.equal((await yard.apply('theirs')).job, undefined);
    assert.deepEqual(await yard.here(), [`${ann} synced`, `${bob} synced`]);
    const { job } = await yard.apply('theirs', true);
    assert.deepEqual([job?.state, job?.total], ['running', 2]);
    assert.deepEqual(await yard.here(), [`${eve} synced`, `${bob} synced`].toSorted());
    assert.deepEqual([(await yard.listed()).toSorted(), changes(yard).length], [[eve, bob].toSorted(), told]);
    assert.deepEqual(names((await yard.ask()).plan), [[], [], []]);
  });

  it('an unblock that the provider has not confirmed is taken back', async (t) => {
    const yard = await openReconciling(t);
    await yard.synced(ann, bob);
    yard.proxy.always('DELETE', error(400, 100, 'Invalid parameter'));
    await yard.change('unblock', ann);
    await yard.reaches(ann, 'failed');
    assert.deepEqual(names((await yard.apply('theirs')).plan), [[], [], [ann]]);
    assert.deepEqual(await yard.here(), [`${ann} synced`, `${bob} synced`]);
  });

  it('whom the provider lists without our knowing is synced', async (t) => {
    const yard = await openReconciling(t, { providerRules: 'meta' });
    await yard.change('block', ann);
    await yard.reaches(ann, 'waiting');
    await yard.wrote(ann);
    await yard.there('block', ann);
    const { job } = await yard.apply('theirs');
    assert.equal(job?.total, 1);
    assert.deepEqual(await yard.here(), [`${ann} synced`]);
  });

  for (const [name, fault] of [
    ['an empty list', [empty]],
    ['a list that fails half way', [undefined, error(500, 139103, 'Internal error')]],
  ] as const) {
    it(`${name} removes nobody, confirmed or not`, async (t) => {
      const yard = await openReconciling(t);
      await yard.synced(ann);
      await yard.there('block', ...crowd.slice(0, 1000));
      await yard.there('block', ...crowd.slice(1000));
      await yard.there('unblock', ann);
      for (const isConfirmed of [false, true]) {
        yard.proxy.next('GET', ...fault.map((one) => one ?? passThen(async () => {})));
        assert.deepEqual((await yard.apply('theirs', isConfirmed)).plan.remove, []);
        assert.equal((await yard.standing(ann)).isBlocked, true);
      }
      assert.deepEqual(
        yard.proxy.calls.filter(({ method }) => method === 'DELETE'),
        [],
      );
    });
  }
});

describe('with ours preferred', { concurrency: 2 }, () => {
  it('the provider is told again how it is here', async (t) => {
    const yard = await openReconciling(t);
    await yard.synced(ann, bob);
    await yard.there('block', eve, dan);
    await yard.there('unblock', ann);
    const { plan, job } = await yard.apply('ours');
    assert.deepEqual([names(plan), job], [[[eve, dan].toSorted(), [ann], []], undefined]);
    await yard.apply('ours', true);
    assert.deepEqual(await yard.here(), [`${ann} synced`, `${bob} synced`]);
    assert.deepEqual((await yard.listed()).toSorted(), [ann, bob]);
  });

  it('a list that was lost there is filled again', async (t) => {
    const yard = await openReconciling(t);
    await yard.synced(ann, bob);
    await yard.there('unblock', ann, bob);
    assert.deepEqual(names((await yard.apply('ours')).plan)[1]?.toSorted(), [ann, bob]);
    assert.deepEqual((await yard.listed()).toSorted(), [ann, bob]);
  });
});

describe('a provider’s list', { concurrency: 2 }, () => {
  it('is taken over by a number that gets it, and not pushed back', async (t) => {
    const yard = await openReconciling(t, { before: [ann, bob], imports: true });
    await until(async () => (await yard.store.pushes.imports(connection)).length === 0);
    assert.deepEqual(await yard.here(), [`${ann} synced`, `${bob} synced`]);
    assert.deepEqual(changes(yard), []);
    assert.deepEqual(yard.told.imported, ['2 done']);
    const { events } = await yard.store.lists.events(numberId, 0, 10);
    assert.deepEqual(new Set(events.map(({ by }) => by.dialect)), new Set(['import']));
    // Later changes there are for a plan to show.
    await yard.there('block', eve);
    yard.upstreams.numberChanged((await yard.store.directory.number(numberId)) as BusinessNumber);
    assert.deepEqual(names((await yard.ask()).plan), [[eve], [], []]);
  });

  it('is asked for until it was read, and keeps no push waiting meanwhile', async (t) => {
    const yard = await openReconciling(t, { before: [ann], imports: true, readings: [failing, failing, failing] });
    await yard.synced(bob);
    await yard.reaches(ann, 'synced');
    assert.deepEqual(await yard.here(), [`${ann} synced`, `${bob} synced`]);
    await until(() => yard.told.imported.length === 4);
    assert.match(yard.told.imported.join(', '), /^(0 partial .+, ){3}2 done$/);
  });

  it('says nothing of who was unblocked here after the number got it', async (t) => {
    const gate = Promise.withResolvers<void>();
    const yard = await openReconciling(t, {
      before: [ann, bob],
      imports: true,
      readings: [passThen(() => gate.promise)],
    });
    await until(() => yard.proxy.calls.length === 1);
    await yard.change('block', ann);
    await yard.change('unblock', ann);
    gate.resolve();
    await yard.reaches(ann, 'gone');
    await yard.reaches(bob, 'synced');
    assert.deepEqual([await yard.here(), await yard.listed()], [[`${bob} synced`], [bob]]);
  });

  it('is taken over wholly, although whoever does it is killed half way', async (t) => {
    const provider = await startTestService(t);
    const token = await provider.number(upstreamId, 'open');
    const headers = { authorization: `Bearer ${token}` };
    for (const users of [crowd.slice(0, 1000), crowd.slice(1000)]) {
      const body = { messaging_product: 'whatsapp', block_users: users.map((user) => ({ user })) };
      await provider.call('POST', `/v25.0/${upstreamId}/block_users`, { headers, body });
    }
    const proxy = await startFaultProxy(t, provider.base);
    const data = tempFolder(t);
    const database = await databaseOf(t, data);
    const key = randomBytes(32).toString('base64');
    const file = path.join(import.meta.dirname, 'pushing-process.ts');
    const run = async (more: Partial<Task>) => {
      const task: Task = {
        database,
        token,
        push: 'later',
        origin: proxy.origin,
        key,
        ahead: 0,
        requests: [],
        imports: true,
        ...more,
      };
      const spawned = spawnGatehouse(t, data, { command: [process.execPath, file, JSON.stringify(task)] });
      return spawned.ended;
    };
    assert.equal(await run({ end: { step: 'after_import' } }), 'SIGKILL');
    await letLeasesEnd(t, data);
    assert.equal(await run({}), 0);
    const store = await openStore(database);
    const count = await store.directory.blockedCount(numberId);
    const counts = await store.pushes.counts();
    await store.close();
    assert.deepEqual([count, counts], [crowd.length, [{ connection, state: 'synced', users: crowd.length }]]);
    assert.deepEqual(changes({ proxy }), []);
  });
});
