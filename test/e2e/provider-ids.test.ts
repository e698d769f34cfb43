/** A path may name a number by the id that its provider knows it by: it is judged as that number. */
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { ask } from '../helpers/ask.ts';
import { startGateway } from '../helpers/gateway.ts';

const [mine, theirs, foreign] = ['106540352242991', '106540352242992', '306540352242993'];
const [knownAsMine, knownAsTheirs] = ['206540352242991', '206540352242992'];

it('a path that names a number by its provider’s id passes for a key that reaches the number alone', async (t) => {
  const target = await startGateway(t);
  const secret = await target.number(mine, { upstream: { connection: 'main', number_id: knownAsMine } });
  await target.number(theirs, { upstream: { connection: 'main', number_id: knownAsTheirs } });
  const get = (path: string) => ask(target.base, { path, headers: ['Authorization', `Bearer ${secret}`] });
  for (const [number, passes] of [
    [mine, true],
    [knownAsMine, true],
    [foreign, true],
    [theirs, false],
    [knownAsTheirs, false],
  ] as const) {
    target.provider.asked.length = 0;
    const told = await get(`/v23.0/${number}/message_templates?limit=3`);
    const urls = target.provider.asked.map(({ url }) => url);
    if (passes) {
      const known = number === foreign ? foreign : knownAsMine;
      assert.deepEqual([told.status, urls], [200, [`/v23.0/${known}/message_templates?limit=3`]]);
    } else {
      const { code, error_subcode: subcode } = JSON.parse(told.text).error;
      assert.deepEqual([told.status, code, subcode, urls], [400, 100, 33, []]);
    }
  }
});
