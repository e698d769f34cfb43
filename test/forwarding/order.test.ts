/** Who waits for whom: users for their own messages, apps for nobody, and an app that is down for nothing but itself. */
import assert from 'node:assert/strict';
import type { ServerResponse } from 'node:http';
import { describe, it } from 'node:test';
import { startProvider } from '../helpers/provider.ts';
import { until } from '../helpers/until.ts';
import { emptied, fail, idOf, numberId, ok, openStand, otherId, textIn, textsOf } from './stand.ts';

const [ann, bob] = ['16505551234', '16505559876'] as const;

describe('the order', { concurrency: 4 }, () => {
  it('of one user stays, while others go on', async (t) => {
    const stand = await openStand(t, { limits: { firstDelay: 200, longestDelay: 200 } });
    let failures = 2;
    stand.app.answer = (_request, response) => {
      const asked = stand.app.asked.at(-1);
      if (asked && textIn(asked) === 'a1' && failures-- > 0) fail(response);
      else ok(response);
    };
    for (const text of ['a1', 'a2', 'a3']) await stand.write(ann, text);
    await stand.write(bob, 'b1');
    await emptied(stand.store);
    const texts = textsOf(stand.app);
    assert.deepEqual(
      texts.filter((text) => text.startsWith('a')),
      ['a1', 'a1', 'a1', 'a2', 'a3'],
    );
    assert.ok(texts.indexOf('b1') < texts.lastIndexOf('a1'), texts.join(' '));
  });

  it('lets no more than so many go at once, and one of each user', async (t) => {
    const stand = await openStand(t, { limits: { atOnce: 3 } });
    const open = new Map<ServerResponse, string>();
    const end = (response: ServerResponse) => {
      open.delete(response);
      ok(response);
    };
    let isHeld = true;
    stand.app.answer = (_request, response) => {
      const asked = stand.app.asked.at(-1);
      assert.ok(asked);
      const user = textIn(asked).slice(0, 2);
      assert.ok(![...open.values()].includes(user), `two of ${user}`);
      open.set(response, user);
      assert.ok(open.size <= 3, `${open.size} at once`);
      if (!isHeld) setImmediate(end, response);
    };
    for (const k of [1, 2, 3, 4])
      for (const user of [1, 2, 3, 4, 5]) await stand.write(`1650555000${user}`, `u${user} ${k}`);
    await until(() => open.size === 3);
    isHeld = false;
    for (const response of [...open.keys()]) end(response);
    await emptied(stand.store);
    for (const user of [1, 2, 3, 4, 5])
      assert.deepEqual(
        textsOf(stand.app).filter((text) => text.startsWith(`u${user}`)),
        [1, 2, 3, 4].map((k) => `u${user} ${k}`),
      );
  });

  it('keeps nobody waiting for a user whose messages the app never takes, however many they are', async (t) => {
    const stand = await openStand(t, { limits: { window: 4, atOnce: 2, longestPause: 20 } });
    stand.app.answer = (_request, response) => {
      const asked = stand.app.asked.at(-1);
      if (asked && textIn(asked).startsWith('poison')) fail(response);
      else ok(response);
    };
    for (let k = 0; k < 30; k += 1) await stand.write(ann, `poison ${k}`);
    for (const k of [1, 2, 3]) await stand.write(bob, `b${k}`);
    await until(() => textsOf(stand.app).includes('b3'));
    const others = textsOf(stand.app).filter((text) => text !== 'poison 0');
    assert.deepEqual(others, ['b1', 'b2', 'b3']);
  });
});

describe('an app', { concurrency: 4 }, () => {
  it('that is dead delays no other', async (t) => {
    const stand = await openStand(t, { limits: { callTimeout: 60_000, closeGrace: 50 } });
    const dead = await startProvider(t);
    dead.answer = () => {};
    await stand.setApp(otherId, dead.origin);
    for (let user = 0; user < 30; user += 1) await stand.write(`165055510${10 + user}`, 'lost', otherId);
    await until(() => dead.asked.length === 8);
    for (const text of ['one', 'two', 'three']) await stand.write(ann, text);
    await until(() => stand.app.asked.length === 3);
    assert.deepEqual(textsOf(stand.app), ['one', 'two', 'three']);
    assert.equal(dead.asked.length, 8);
  });

  it('that was down is left alone, and gets all that waits at once when it takes something', async (t) => {
    // Each delivery alone would be tried again in an hour.
    const limits = { firstDelay: 3_600_000, longestDelay: 3_600_000, failuresToPause: 3, longestPause: 50 };
    const stand = await openStand(t, { limits });
    stand.app.answer = (_request, response) => fail(response);
    for (let user = 0; user < 8; user += 1) await stand.write(`1650555000${user}`, `u${user}`);
    await until(() => stand.told.attempts.length === 8);
    assert.ok(stand.told.paused > 0);
    stand.app.answer = (_request, response) => ok(response);
    await stand.write(ann, 'new');
    await emptied(stand.store);
    assert.equal(textsOf(stand.app)[8], 'new');
    assert.equal(stand.app.asked.length, 17);
  });

  it('at another address is tried there at once', async (t) => {
    const stand = await openStand(t, { limits: { firstDelay: 3_600_000, longestDelay: 3_600_000 } });
    stand.app.answer = (_request, response) => fail(response);
    await stand.write(ann, 'one');
    await until(() => stand.told.attempts.length === 1);
    const other = await startProvider(t);
    await stand.setApp(numberId, other.origin);
    stand.forwarding.appChanged({ kind: 'number', number: numberId });
    await emptied(stand.store);
    assert.deepEqual(textsOf(other), ['one']);
    assert.deepEqual(other.asked.map(idOf), stand.app.asked.map(idOf));
  });

  it('of an account gets what is for its numbers without one', async (t) => {
    const stand = await openStand(t);
    const shared = await startProvider(t);
    await stand.store.directory.changeAccountApp('default' as never, { url: shared.origin });
    await stand.write(ann, 'one', otherId);
    await stand.write(ann, 'two');
    await emptied(stand.store);
    assert.deepEqual([textsOf(shared), textsOf(stand.app)], [['one'], ['two']]);
    assert.equal(shared.asked[0]?.headers['x-hub-signature-256'], undefined);
  });
});
