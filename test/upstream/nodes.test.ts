/** Two nodes push the same number's list: one at a time, and what one began and lost is not undone by it. */
import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import { changeUsers } from '../../src/core/block-users.ts';
import { works } from '../../src/core/leases.ts';
import type { BusinessNumber } from '../../src/core/numbers.ts';
import type { Outcome } from '../../src/core/outcome.ts';
import type { Store } from '../../src/core/ports.ts';
import { parseUser } from '../../src/core/user.ts';
import { Reconciler } from '../../src/jobs/reconcile.ts';
import type { UpstreamDeps, UpstreamService } from '../../src/upstream/index.ts';
import { afterwards } from '../helpers/cleanup.ts';
import { error } from '../helpers/fault-proxy.ts';
import { type Nodes, openNodes } from '../helpers/nodes.ts';
import { until } from '../helpers/until.ts';
import { connection, numberId, openYard, type Yard, type YardOptions } from './yard.ts';

const [ann, bob] = ['16505551234', '16505559876'] as const;
const list = works.list(numberId);

interface Two extends Yard {
  readonly nodes: Nodes;
  readonly second: UpstreamService;
  /** A block that comes in at the second node. */
  blockAtSecond(...users: readonly string[]): Promise<readonly Outcome[]>;
}

async function openTwo(
  t: TestContext,
  options: YardOptions = {},
  more: Pick<UpstreamDeps, 'limits'> = {},
  /** What is done before there is a second node, which might do it instead. */
  begin: (yard: Yard) => Promise<void> = async () => {},
): Promise<Two> {
  const nodes = await openNodes(t);
  const yard = await openYard(t, { providerRules: 'open', ...options, store: nodes.first });
  const store = nodes.second;
  await begin(yard);
  const second = yard.begin(store, more);
  return {
    ...yard,
    nodes,
    second,
    async blockAtSecond(...users) {
      const number = (await store.directory.number(numberId)) as BusinessNumber;
      const asked = users.map((input) => ({ input, user: parseUser(input) }));
      const by = { dialect: 'meta', keyId: null, requestId: 'Asecond' };
      const change = { users: asked, by, at: Date.now() };
      return changeUsers({ lists: store.lists, pushing: second }, number, 'block', change);
    },
  };
}

/** Lets the first node stand still once, at a step. */
function standstill(step: string) {
  const [reached, goOn] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  let isOver = false;
  const failpoint = async (at: string) => {
    if (at !== step || isOver) return;
    isOver = true;
    reached.resolve();
    await goOn.promise;
  };
  return { failpoint, reached: reached.promise, goOn: () => goOn.resolve() };
}

describe('two nodes', { concurrency: 2 }, () => {
  it('tell the provider of each user once, and never both at a time', async (t) => {
    const yard = await openTwo(t);
    let underWay = 0;
    let most = 0;
    yard.proxy.always('POST', async ({ response, pass }) => {
      underWay += 1;
      most = Math.max(most, underWay);
      const { status, headers, body } = await pass();
      underWay -= 1;
      response.writeHead(status, headers).end(body);
    });
    const users = Array.from({ length: 20 }, (_, index) => String(16_600_000_000 + index));
    await Promise.all(users.map((user, index) => (index % 2 ? yard.blockAtSecond(user) : yard.change('block', user))));
    for (const user of users) await yard.reaches(user, 'synced');
    const told = yard.told.settled.reduce((sum, line) => sum + Number(line.split(' ')[0]), 0);
    assert.deepEqual([most, told, (await yard.listed()).length], [1, users.length, users.length]);
    assert.deepEqual(yard.told.failed, []);
    await until(async () => !(await yard.nodes.isHeld(list)));
  });

  it('take over from one that stands still, which cannot undo it when it wakes', async (t) => {
    const { failpoint, reached, goOn } = standstill('after_call');
    const yard = await openTwo(t, { failpoint }, {}, async ({ proxy, change }) => {
      proxy.next('POST', error(400, 100, 'Invalid parameter'));
      await change('block', ann);
      await reached;
    });
    await yard.nodes.leasesRunOut();
    await yard.blockAtSecond(bob);
    await yard.reaches(ann, 'synced');
    await yard.reaches(bob, 'synced');
    const settled = [...yard.told.settled];
    goOn();
    // It comes to its turn again only when it has given up what it was at.
    await yard.change('block', '16505550001');
    await yard.reaches('16505550001', 'synced');
    await yard.upstreams.close();
    assert.deepEqual([(await yard.standing(ann)).sync?.state, yard.told.failed], ['synced', []]);
    assert.deepEqual(yard.told.settled, [...settled, '1 done']);
  });

  it('go on at once when one ends in order', async (t) => {
    const yard = await openTwo(t, { limits: { sweepEvery: 3_600_000 } });
    await yard.change('block', ann);
    await yard.reaches(ann, 'synced');
    await yard.upstreams.close();
    assert.equal(await yard.nodes.isHeld(list), false);
    await yard.blockAtSecond(bob);
    await yard.reaches(bob, 'synced');
  });

  it('find what one left that died, without being told', async (t) => {
    const { failpoint, reached, goOn } = standstill('before_call');
    const yard = await openTwo(t, { failpoint }, {}, async ({ change }) => {
      afterwards(t, goOn);
      await change('block', ann);
      await reached;
    });
    await yard.nodes.leasesRunOut();
    await yard.reaches(ann, 'synced');
  });

  it('wait for each other under push: "wait", not for long', async (t) => {
    const { failpoint, reached, goOn } = standstill('before_call');
    let first: Promise<unknown> | undefined;
    const limits = { agreeTimeout: 300 };
    const yard = await openTwo(t, { failpoint, rules: { push: 'wait' } }, { limits }, async ({ change }) => {
      first = change('block', ann);
      await reached;
    });
    const [refused] = await yard.blockAtSecond(bob);
    assert.ok(refused?.kind === 'refused' && refused.why === 'provider', refused?.kind);
    assert.equal((await yard.standing(bob)).isBlocked, false);
    goOn();
    await first;
    await until(async () =>
      (await yard.blockAtSecond(bob)).every(({ kind }) => kind === 'added' || kind === 'already_there'),
    );
  });

  it('notice that a connection is another one, also one that is stopped', async (t) => {
    const yard = await openTwo(t, {}, { limits: { noticeAfter: 0 } });
    const before = await yard.second.open(connection);
    assert.equal(await yard.second.open(connection), before, 'it is the same as long as nothing changes');
    const { token } = before;
    await yard.setToken('no token');
    await yard.blockAtSecond(ann);
    await until(() => yard.second.stops().length === 1);
    await yard.setToken(token);
    await until(() => yard.second.stops().length === 0);
    await yard.reaches(ann, 'synced');
    assert.equal((await yard.second.open(connection)).token, token);
  });

  it('tell of each other’s reconcile jobs; one whose node stands still is interrupted, and does nothing when it wakes', async (t) => {
    const yard = await openTwo(t);
    await yard.there('block', ann);
    const { first, second } = yard.nodes;
    const goOn = Promise.withResolvers<void>();
    const adopt: Store['pushes']['adopt'] = async (...change) => {
      await goOn.promise;
      return first.pushes.adopt(...change);
    };
    const failures: unknown[] = [];
    const reconcilerOn = (store: Store, upstreams: UpstreamService) =>
      new Reconciler({
        store,
        upstreams,
        clock: Date.now,
        began() {},
        ended() {},
        failed: (fault) => failures.push(fault),
      });
    const slow = reconcilerOn({ ...first, pushes: { ...first.pushes, adopt } }, yard.upstreams);
    const quick = reconcilerOn(second, yard.second);
    const number = (await second.directory.number(numberId)) as BusinessNumber;
    const by = { dialect: 'admin', keyId: null, requestId: 'A1' };
    const request = { number, apply: true, prefer: 'theirs', isConfirmed: true, by } as const;
    const begun = await slow.reconcile(request);
    assert.ok(begun !== 'running' && begun.job);
    assert.deepEqual(await quick.last(numberId), begun.job);
    assert.equal(await quick.reconcile(request), 'running');
    await yard.nodes.leasesRunOut();
    assert.deepEqual(await quick.last(numberId), { ...begun.job, state: 'interrupted' });
    const again = await quick.reconcile(request);
    assert.ok(again !== 'running' && again.job);
    await until(async () => (await slow.last(numberId))?.state === 'done');
    // What is decided here since then stays.
    await yard.change('unblock', ann);
    goOn.resolve();
    await slow.close();
    assert.deepEqual([(await yard.standing(ann)).isBlocked, failures], [false, []]);
    assert.equal((await slow.last(numberId))?.id, again.job.id);
  });
});
