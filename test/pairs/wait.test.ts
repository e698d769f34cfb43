/** `push: "wait"`: what a provider says counts, and what it says late or not at all is read from its list. */
import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import { type Answer, dialectsOf, users } from '../helpers/client.ts';
import type { TestServiceOptions } from '../helpers/service.ts';
import { until } from '../helpers/until.ts';
import { here, type Site, startSite, there } from './site.ts';

const [ann, bob, eve] = ['16505550101', '16505550102', '16505550103'];
const dialects = ['meta', 'd360', 'kapso'] as const;
const limits = { agreeTimeout: 300, settleDelay: 50 };

async function start(t: TestContext, options: TestServiceOptions = {}) {
  const rules = { push: 'wait', push_capacity: 64_000, paging: 'stable', partial_failure_status: 400 };
  const site = await startSite(t, 'meta', { rules, ...options });
  for (const user of [ann, bob]) await site.provider.wrote(there, user);
  return { site, ...dialectsOf(site.gateway, here, site.secret) };
}

/** Lets the time pass after which the provider's list is asked for what was left unsaid. */
function comeBack({ gateway }: Site): void {
  gateway.clock.now += limits.settleDelay;
}

/** The refused users of an answer, and their codes. */
function refusedIn({ json }: Answer): unknown {
  const { failed_users: failed = [] } = json.block_users;
  return failed.map(({ input, errors }: { input: string; errors: { code: number }[] }) => [input, errors[0]?.code]);
}

describe('a number that waits for its provider', () => {
  it('tells in each dialect whom the provider refused', async (t) => {
    const { site, ...served } = await start(t);
    const said = (block_users: object) => ({
      messaging_product: 'whatsapp',
      block_users,
      error: {
        message: '(#139100) Failed to block/unblock users',
        type: 'OAuthException',
        code: 139100,
        error_data: { details: 'Failed to block some users, see the block_users response list for details' },
      },
    });
    const partial = said({
      added_users: [{ input: `+${ann}`, wa_id: ann }],
      failed_users: [
        {
          input: `+${eve}`,
          wa_id: eve,
          errors: [
            {
              message: 'Re-engagement required',
              code: 131047,
              error_data: { details: 'User has not messaged in the last 24 hours' },
            },
          ],
        },
      ],
    });
    for (const name of dialects) {
      const { status, json } = await served[name]('POST', users(`+${ann}`, `+${eve}`));
      assert.equal(status, 400);
      const { fbtrace_id, ...error } = json.error;
      assert.match(fbtrace_id, /^A[\w-]{22}$/);
      const own = name === 'kapso' ? { success: false } : {};
      assert.deepEqual({ ...json, error }, { ...own, ...partial }, name);
      assert.deepEqual(await site.listedThere(), [ann]);
      assert.deepEqual([(await site.check(ann)).blocked, (await site.check(eve)).blocked], [true, false]);
      assert.equal((await served[name]('DELETE', users(ann))).status, 200);
    }
    await site.rules({ partial_failure_status: 200 });
    for (const name of dialects) {
      const { status, json } = await served[name]('POST', users(eve));
      assert.deepEqual([status, json.error.code, json.block_users.added_users], [200, 139100, undefined], name);
    }
  });

  it('refuses at the deadline what its provider leaves unsaid, and reads later what it did', async (t) => {
    const { site, ...served } = await start(t, { upstreamLimits: limits });
    site.tap.lost = 'answers';
    const both = [
      [ann, 139103],
      [bob, 139103],
    ];
    for (const name of dialects) {
      const block = await served[name]('POST', users(ann, bob));
      assert.deepEqual([block.status, block.json.error.code, refusedIn(block)], [400, 139100, both], name);
      assert.deepEqual([await site.check(ann), (await served[name]('GET')).json], [{ blocked: false }, { data: [] }]);
      assert.deepEqual(await site.listedThere(), [ann, bob]);
      comeBack(site);
      for (const user of [ann, bob]) await until(async () => (await site.check(user)).entry?.sync?.state === 'synced');

      const unblock = await served[name]('DELETE', users(ann, bob));
      assert.deepEqual([unblock.status, unblock.json.error.code, refusedIn(unblock)], [400, 139100, both], name);
      assert.equal((await site.check(ann)).blocked, true);
      assert.deepEqual(await site.listedThere(), []);
      comeBack(site);
      for (const user of [ann, bob]) await until(async () => !(await site.check(user)).blocked);
    }
  });

  it('frees whom it is not sure to have blocked', async (t) => {
    const { site, meta } = await start(t, { upstreamLimits: limits });
    site.tap.lost = 'answers';
    assert.deepEqual(refusedIn(await meta('POST', users(ann))), [[ann, 139103]]);
    assert.deepEqual(await site.listedThere(), [ann]);
    site.tap.lost = undefined;
    assert.equal((await meta('DELETE', users(ann))).status, 200);
    comeBack(site);
    await until(async () => (await site.listedThere()).length === 0);
    await until(async () => (await site.check(ann)).entry === undefined);
  });

  it('enforces nothing that its provider never heard of', async (t) => {
    const { site, meta } = await start(t, { upstreamLimits: limits });
    site.tap.lost = 'requests';
    const { json } = await meta('POST', users(ann));
    assert.deepEqual(json.block_users.failed_users[0].errors[0], {
      message: 'Internal error',
      code: 139103,
      error_data: { details: 'The provider did not answer in time; what it did is found out later' },
    });
    const lists = () => site.tap.asked.filter(({ method }) => method === 'GET').length;
    assert.equal(lists(), 0);
    comeBack(site);
    await until(() => lists() === 1);
    site.tap.lost = undefined;
    assert.deepEqual([await site.check(ann), await site.listedThere()], [{ blocked: false }, []]);
    // Nothing is left of it that could come out later.
    assert.equal((await meta('POST', users(bob))).status, 200);
    assert.deepEqual(await site.listedThere(), [bob]);
  });

  it('asks for its provider’s list at once where a connection ends without an answer', async (t) => {
    const { site, meta } = await start(t);
    Object.assign(site.tap, { resets: true, lost: 'answers' });
    const done = await meta('POST', users(ann));
    assert.deepEqual([done.status, done.json.block_users.added_users], [200, [{ input: ann, wa_id: ann }]]);
    site.tap.lost = 'requests';
    assert.deepEqual(refusedIn(await meta('POST', users(ann, bob))), [[bob, 139103]]);
    assert.deepEqual(refusedIn(await meta('DELETE', users(ann))), [[ann, 139103]]);
    assert.deepEqual([(await site.check(ann)).blocked, (await site.check(bob)).blocked], [true, false]);
    assert.deepEqual(await site.listedThere(), [ann]);
  });
});
