/** Under `push: "wait"` a change counts as far as the provider agrees to it, and what it left open is found out later. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Outcome } from '../../src/core/outcome.ts';
import {
  answer,
  cut,
  deaf,
  error,
  hang,
  hangAfter,
  resetAfter,
  resetBefore,
  truncated,
} from '../helpers/fault-proxy.ts';
import { until } from '../helpers/until.ts';
import { openYard, type Yard, type YardOptions } from './yard.ts';

const [ann, bob, eve] = ['16505551234', '16505559876', '442079460958'] as const;

const wait = (t: Parameters<typeof openYard>[0], { rules, ...options }: YardOptions = {}) =>
  openYard(t, { ...options, rules: { push: 'wait', ...rules } });

/** What became of each user, in a word, and the code that came with it. */
const verdicts = (outcomes: readonly Outcome[]) =>
  outcomes.map((one) => (one.kind === 'refused' ? `${one.why} ${one.told?.code ?? ''}`.trim() : one.kind));

async function blocked(yard: Yard, ...users: readonly string[]): Promise<boolean[]> {
  const found = await Promise.all(users.map((user) => yard.standing(user)));
  return found.map(({ isBlocked }) => isBlocked);
}

/** Nothing is left that the provider's list would have to settle. */
const settled = (yard: Yard) => until(async () => (await yard.store.pushes.due('cloud' as never)).length === 0);

describe('a change under push: "wait"', { concurrency: 2 }, () => {
  it('counts when the provider agrees, and is refused in its words', async (t) => {
    const yard = await wait(t);
    await yard.wrote(ann);
    const outcomes = await yard.change('block', ann, bob, 'nobody', ann);
    assert.deepEqual(verdicts(outcomes), ['added', 'provider 131047', 'not_a_user', 'added']);
    assert.deepEqual(outcomes[1]?.kind === 'refused' && outcomes[1].told, {
      code: 131047,
      message: 'Re-engagement required',
      details: 'User has not messaged in the last 24 hours',
    });
    assert.deepEqual(await blocked(yard, ann, bob), [true, false]);
    assert.deepEqual(await yard.listed(), [ann]);
    assert.equal((await yard.standing(ann)).sync?.state, 'synced');
    assert.deepEqual(verdicts(await yard.change('block', ann)), ['already_there']);
    assert.deepEqual(verdicts(await yard.change('unblock', ann, bob)), ['removed', 'was_not_there']);
    assert.deepEqual(await yard.listed(), []);
    assert.deepEqual(await blocked(yard, ann), [false]);
    assert.deepEqual(await yard.store.pushes.due('cloud' as never), []);
  });

  it('is refused for whom the provider’s list has no room, without asking', async (t) => {
    const yard = await wait(t, { providerRules: 'open', rules: { pushCapacity: 2 } });
    const outcomes = await yard.change('block', ann, bob, eve);
    assert.deepEqual(verdicts(outcomes), ['added', 'added', 'provider 139101']);
    assert.deepEqual(verdicts(await yard.change('block', eve)), ['provider 139101']);
    assert.equal(yard.proxy.calls.length, 1);
    assert.deepEqual(await blocked(yard, ann, bob, eve), [true, true, false]);
  });

  it('waits for those before it on the same number: one call at a time, and the last one counts', async (t) => {
    const yard = await wait(t, { providerRules: 'open' });
    const goals = ['block', 'unblock', 'block', 'unblock', 'block'] as const;
    const all = await Promise.all(goals.map((goal) => yard.change(goal, ann)));
    assert.deepEqual(all.map(verdicts), [['added'], ['removed'], ['added'], ['removed'], ['added']]);
    assert.equal(yard.proxy.mostAtOnce, 1);
    assert.deepEqual([await yard.listed(), await blocked(yard, ann)], [[ann], [true]]);
  });

  it('is refused whole or in part, as the provider takes the users one by one', async (t) => {
    const yard = await wait(t, { providerRules: 'open' });
    yard.proxy.always('POST', ({ body, response, pass }) => {
      if (body.includes(eve)) return error(400, 100, '(#100) Invalid parameter')({ response } as never);
      return pass().then(({ status, body: text }) => response.writeHead(status).end(text));
    });
    assert.deepEqual(verdicts(await yard.change('block', ann, eve, bob)), ['added', 'provider 100', 'added']);
    assert.deepEqual(await blocked(yard, ann, eve, bob), [true, false, true]);
  });

  for (const [name, fault, code] of [
    ['429', error(429, 4, 'Application request limit reached', { 'retry-after': '60' }), 130429],
    ['130429', error(400, 130429, 'Rate limit hit'), 130429],
    ['190', error(401, 190, 'Invalid OAuth access token'), 139103],
  ] as const) {
    it(`answered ${name} is refused, and nothing of it is left; nor is the provider asked again at once`, async (t) => {
      const yard = await wait(t, { providerRules: 'open', limits: { firstDelay: 60_000, longestDelay: 60_000 } });
      yard.proxy.next('POST', fault);
      assert.deepEqual(verdicts(await yard.change('block', ann)), [`provider ${code}`]);
      assert.deepEqual(await yard.store.pushes.due('cloud' as never), []);
      assert.deepEqual(await blocked(yard, ann), [false]);
      const second = verdicts(await yard.change('block', bob));
      if (name === '190') assert.deepEqual([second, yard.upstreams.stops().length], [['provider 139103'], 1]);
      else assert.deepEqual(second, ['provider 130429']);
      assert.equal(yard.proxy.calls.length, 1);
    });
  }

  it('whose request the provider never got is refused, and nothing of it is left', async (t) => {
    const yard = await wait(t, { providerRules: 'open' });
    const { directory } = yard.store;
    await directory.putConnection('cloud' as never, { origin: 'http://127.0.0.1:1', secrets: {} }, Date.now());
    yard.upstreams.connectionChanged('cloud' as never);
    assert.deepEqual(verdicts(await yard.change('block', ann)), ['provider 139103']);
    assert.deepEqual(await yard.store.pushes.due('cloud' as never), []);
    assert.deepEqual(await blocked(yard, ann), [false]);
  });

  for (const [name, fault] of [
    ['a reset after the provider acted', resetAfter],
    ['an answer that is cut off', cut],
    ['an answer that is half of its JSON', truncated],
  ] as const) {
    it(`met by ${name} counts, as the provider lists the user`, async (t) => {
      const yard = await wait(t, { providerRules: 'open' });
      yard.proxy.next('POST', fault);
      assert.deepEqual(verdicts(await yard.change('block', ann)), ['added']);
      yard.proxy.next('DELETE', fault);
      assert.deepEqual(verdicts(await yard.change('unblock', ann)), ['removed']);
      assert.deepEqual([await yard.listed(), await blocked(yard, ann)], [[], [false]]);
    });
  }

  it('that the provider carried out and never answered is refused at the deadline, and counts when its list shows it', async (t) => {
    const yard = await wait(t, { providerRules: 'open', limits: { agreeTimeout: 700 } });
    yard.proxy.next('POST', hangAfter);
    assert.deepEqual(verdicts(await yard.change('block', ann)), ['unsettled']);
    await settled(yard);
    assert.deepEqual([await yard.listed(), await blocked(yard, ann)], [[ann], [true]]);
    assert.equal((await yard.standing(ann)).sync?.state, 'synced');
    yard.proxy.next('DELETE', hangAfter);
    assert.deepEqual(verdicts(await yard.change('unblock', ann)), ['unsettled']);
    await settled(yard);
    assert.deepEqual([await yard.listed(), await blocked(yard, ann)], [[], [false]]);
  });

  for (const [name, fault] of [
    ['a provider that does nothing and never answers', hang],
    ['a reset before the provider heard of it', resetBefore],
    ['a 200 that blocked nobody', deaf],
    ['139103', error(500, 139103, 'Internal error')],
    ['an HTML page', answer(502, '<html>')],
  ] as const) {
    it(`met by ${name} is refused, never pushed later, and forgotten once the provider's list was read`, async (t) => {
      const yard = await wait(t, { providerRules: 'open', limits: { agreeTimeout: 700 } });
      yard.proxy.next('POST', fault);
      assert.deepEqual(verdicts(await yard.change('block', ann)), ['unsettled']);
      assert.deepEqual(await blocked(yard, ann), [false]);
      await settled(yard);
      assert.deepEqual([await yard.listed(), await blocked(yard, ann)], [[], [false]]);
      assert.equal(yard.proxy.calls.filter(({ method }) => method === 'POST').length, 1);
    });
  }

  it('that waits too long for its turn is refused, and nothing of it is left', async (t) => {
    const yard = await wait(t, { providerRules: 'open', limits: { agreeTimeout: 700 } });
    yard.proxy.next('POST', hang);
    const [first, second] = await Promise.all([yard.change('block', ann), yard.change('block', bob, '-')]);
    assert.deepEqual([verdicts(first), verdicts(second)], [['unsettled'], ['provider 139103', 'not_a_user']]);
    await settled(yard);
    assert.deepEqual(await blocked(yard, ann, bob), [false, false]);
  });
});
