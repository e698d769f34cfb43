/** Two nodes bring deliveries to the same app: one at a time, and what one began and lost is not undone by it. */
import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import { works } from '../../src/core/leases.ts';
import type { ForwardingDeps } from '../../src/forwarding/index.ts';
import { afterwards } from '../helpers/cleanup.ts';
import { openNodes } from '../helpers/nodes.ts';
import { startProvider } from '../helpers/provider.ts';
import { until } from '../helpers/until.ts';
import { numberId, openStand, type Stand, type StandOptions, textIn } from './stand.ts';

const owner = { kind: 'number', number: numberId } as const;
const app = works.app(owner);
const [ann, bob] = ['16505551234', '16505559876'] as const;

async function openTwo(
  t: TestContext,
  options: StandOptions = {},
  more: Pick<ForwardingDeps, 'limits'> = {},
  /** What is done before there is a second node, which might do it instead. */
  begin: (stand: Stand) => Promise<void> = async () => {},
) {
  const nodes = await openNodes(t);
  const quick = { lookAgain: 10, sweepEvery: 50 };
  const stand = await openStand(t, { ...options, store: nodes.first, limits: { ...quick, ...options.limits } });
  await begin(stand);
  const second = stand.begin(nodes.second, { limits: { ...quick, ...more.limits } });
  const left = async () => (await stand.store.webhooks.next(owner, 10)).length;
  return { ...stand, nodes, second, left };
}

describe('two nodes', { concurrency: 2 }, () => {
  it('send each delivery once, those of one sender in order', async (t) => {
    const stand = await openTwo(t);
    for (let turn = 0; turn < 10; turn += 1) {
      await stand.write(ann, `ann ${turn}`);
      stand.second.wake(owner);
      await stand.write(bob, `bob ${turn}`);
      if (turn % 3 === 0) await until(() => stand.app.asked.length === 2 * (turn + 1));
    }
    await until(async () => (await stand.left()) === 0);
    const texts = stand.app.asked.map(textIn);
    for (const who of ['ann', 'bob']) {
      const own = texts.filter((text) => text.startsWith(who));
      assert.deepEqual(
        own,
        Array.from({ length: 10 }, (_, turn) => `${who} ${turn}`),
      );
    }
    assert.deepEqual(stand.told.failed, []);
    await until(async () => !(await stand.nodes.isHeld(app)));
  });

  it('take over from one that stands still, which cannot undo it when it wakes', async (t) => {
    const goOn = Promise.withResolvers<void>();
    const reached = Promise.withResolvers<void>();
    const failpoint: StandOptions['failpoint'] = async (step) => {
      if (step !== 'after_forward') return;
      reached.resolve();
      await goOn.promise;
    };
    // The first gives up at once what the app does not take, the second tries it again. Nobody asks for a lease anew in between.
    const stand = await openTwo(
      t,
      { failpoint, limits: { retryFor: -1, leaseFor: 3_600_000 } },
      { limits: { firstDelay: 3_600_000, longestDelay: 3_600_000 } },
      async ({ app, write }) => {
        afterwards(t, () => goOn.resolve());
        app.answer = (_request, response) => response.writeHead(500).end();
        await write(ann, 'hello');
        await reached.promise;
      },
    );
    await stand.nodes.leasesRunOut();
    const waiting = async () => (await stand.store.webhooks.next(owner, 1)).map(({ attempts }) => attempts);
    await until(async () => (await waiting())[0] === 1);
    goOn.resolve();
    await stand.forwarding.close();
    assert.deepEqual([await waiting(), stand.told.gaveUp, stand.told.failed], [[1], [], []]);
  });

  it('notice what came in at the other while they work', async (t) => {
    const stand = await openTwo(t, { limits: { callTimeout: 60_000 } }, { limits: { sweepEvery: 3_600_000 } });
    const slow = Promise.withResolvers<void>();
    afterwards(t, () => slow.resolve());
    stand.app.answer = async (_request, response) => {
      if (stand.app.asked.length === 1) await slow.promise;
      response.end('ok');
    };
    await stand.write(ann, 'slow');
    await until(() => stand.app.asked.length === 1);
    // Nobody tells the first one.
    await stand.putDelivery(bob, 'quick');
    await until(() => stand.app.asked.length === 2);
    assert.equal(await stand.nodes.isHeld(app), true);
    slow.resolve();
    await until(async () => (await stand.left()) === 0);
  });

  it('notice that the app is another one', async (t) => {
    const stand = await openTwo(t, {}, { limits: { noticeAfter: 0 } });
    await stand.forwarding.close();
    await stand.putDelivery(ann, 'one');
    await until(() => stand.app.asked.length === 1);
    const other = await startProvider(t);
    other.answer = (_request, response) => response.end('ok');
    await stand.setApp(numberId, `${other.origin}/hook`);
    await stand.putDelivery(ann, 'two');
    await until(() => other.asked.length === 1);
    assert.equal(stand.app.asked.length, 1);
  });
});
