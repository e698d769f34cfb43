import assert from 'node:assert/strict';
import { it } from 'node:test';
import { until } from '../../test/helpers/until.ts';
import { OwnLeases } from '../store/sqlite/leases.ts';
import { expireRegularly } from './expiry.ts';

it('what was kept long enough is forgotten from time to time, a batch after the other, whatever went wrong before', async () => {
  const calls: number[] = [];
  const failed: unknown[] = [];
  const answers = [() => Promise.reject(new Error('the disk is gone')), async () => true, async () => true];
  const expiry = expireRegularly({
    webhooks: {
      expire: (at) => {
        calls.push(at);
        return (answers.shift() ?? (async () => false))();
      },
    },
    leases: new OwnLeases(),
    clock: () => 42,
    every: 1,
    failed: (error) => failed.push(error),
  });
  await until(() => calls.length >= 6);
  await expiry.close();
  const told = calls.length;
  await new Promise((resolve) => setTimeout(resolve, 5));
  assert.equal(calls.length, told);
  assert.ok(calls.every((at) => at === 42));
  assert.equal(failed.length, 1);
});
