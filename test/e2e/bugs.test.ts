/** A bug of ours costs the request that meets it, and no other. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { FaultySwitch } from '../helpers/faulty-store.ts';
import { expectStatus, startTestService } from '../helpers/service.ts';

describe('an error that nobody foresaw', () => {
  it('while the store is probed is answered and logged, and the server goes on', async (t) => {
    const faults = new FaultySwitch();
    const service = await startTestService(t, { wrapStore: faults.wrap });
    faults.rest = new Error('unforeseen');
    const answer = await service.call('GET', '/health/ready');
    faults.fine();
    expectStatus(answer, 500);
    assert.ok(!answer.text.includes('unforeseen'));
    const id = answer.headers.get('x-request-id') ?? assert.fail('no request id');
    assert.match(service.logged(), new RegExp(`"reqId":"${id}".*unforeseen.*request failed`));
    expectStatus(await service.call('GET', '/health/ready'), 200);
  });
});
