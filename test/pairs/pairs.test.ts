/** Every dialect in front of every provider: one Gatehouse before another, through the clients that people have. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Asked } from '../helpers/provider.ts';
import { until } from '../helpers/until.ts';
import { type Provider, providers } from './providers.ts';
import { here, type Site, startSite, there } from './site.ts';
import { type Served, speakers } from './speakers.ts';

for (const [dialect, provider] of Object.entries(providers)) {
  describe(`before a provider that speaks ${dialect}`, () => {
    it('a number is served in every dialect', async (t) => {
      const site = await startSite(t, dialect);
      let phone = 16505550100;
      const next = () => String(phone++);
      for (const served of speakers) {
        await t.test(`${served.dialect}, through ${served.client}`, () => holdPair(site, provider, served, next));
      }
    });
  });
}

/** It leaves the lists as they were. `next` gives a phone number of nobody. */
async function holdPair(site: Site, provider: Provider, served: Served, next: () => string): Promise<void> {
  const client = served.connect(site.gateway, here, site.secret);
  const [ann, bob, eve] = [next(), next(), next()];
  const stateOf = async (user: string) => (await site.check(user)).entry?.sync;
  for (const one of [ann, bob]) await site.provider.wrote(there, one);

  // A block counts at once, and is pushed as soon as the provider takes it.
  assert.deepEqual(await client.block(`+${ann}`, eve), { done: [`+${ann}`, eve], failed: [] });
  await until(async () => (await stateOf(ann))?.state === 'synced');
  await until(async () => (await stateOf(eve))?.state === 'waiting');
  assert.equal((await stateOf(eve))?.code, 131047);
  assert.deepEqual([await site.listedThere(), await client.list()], [[ann], [ann, eve]]);

  // Who is blocked gets nothing, and of that the provider hears nothing; all else is the provider's to send.
  const before = site.tap.asked.length;
  assert.deepEqual(await client.send(ann), { code: 130403 });
  assert.deepEqual(await client.send(`+${eve}`), { code: 130403 });
  assert.equal(site.tap.asked.length, before);
  const { id } = await client.send(bob);
  assert.match(id ?? '', /^wamid\./);
  assert.equal(id, JSON.parse(site.tap.answers.at(-1)!).messages[0].id);
  const sends = site.tap.asked.slice(before);
  assert.deepEqual(
    sends.map(({ method, url }) => [method, url]),
    [['POST', provider.path('/{number}/messages', served.version).replace('{number}', there)]],
  );
  const [header, value] = provider.credential(site.token);
  assert.equal(sends[0]?.headers[header], value);

  assert.deepEqual(await client.unblock(ann, eve), { done: [ann, eve], failed: [] });
  assert.deepEqual(await client.list(), []);
  for (const user of [ann, eve]) {
    await until(async () => (await stateOf(user)) === undefined);
    assert.equal((await site.check(user)).blocked, false);
  }
  assert.deepEqual(await site.listedThere(), []);

  // Where a client waits for the provider, what the provider refuses counts for nothing.
  await site.rules({ push: 'wait' });
  const refused = [`+${eve}`, 131047];
  assert.deepEqual(await client.block(bob, `+${eve}`), { done: [bob], failed: [refused], code: 139100 });
  assert.deepEqual([await site.listedThere(), await client.list()], [[bob], [bob]]);
  assert.equal((await site.check(eve)).blocked, false);
  assert.ok((await client.send(eve)).id);
  assert.deepEqual(await client.unblock(bob), { done: [bob], failed: [] });
  assert.deepEqual([await site.listedThere(), await client.list()], [[], []]);
  await site.rules({ push: 'later' });

  assert.ok(!site.tap.asked.some((asked) => tells(asked, site.secret)));
}

function tells({ url, raw, body }: Asked, secret: string): boolean {
  return [url, ...raw, body.toString()].some((text) => text.includes(secret));
}
