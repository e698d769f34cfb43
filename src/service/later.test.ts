import assert from 'node:assert/strict';
import { it } from 'node:test';
import { Later } from './later.ts';

it('is made once, by the first who asks, and then there without a wait', async () => {
  let made = 0;
  const later = new Later(async () => {
    made += 1;
    return { made };
  });
  assert.deepEqual([later.made, later.asked], [undefined, undefined]);
  const both = await Promise.all([later.get(), later.get()]);
  assert.deepEqual(both, [{ made: 1 }, { made: 1 }]);
  assert.equal(later.get(), later.made);
  assert.equal(made, 1);
});

it('is tried again after a failure, which all who waited are told', async () => {
  let tries = 0;
  const later = new Later(async () => {
    tries += 1;
    if (tries === 1) throw new Error('not yet');
    return { tries };
  });
  const results = await Promise.allSettled([later.get(), later.get()]);
  assert.deepEqual(
    results.map(({ status }) => status),
    ['rejected', 'rejected'],
  );
  assert.equal(later.made, undefined);
  assert.deepEqual(await later.get(), { tries: 2 });
});
