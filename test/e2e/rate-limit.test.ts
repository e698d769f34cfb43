import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type Answer, dialectsOf } from '../helpers/client.ts';
import { startTestService } from '../helpers/service.ts';

const id = '106540352242951';
const other = '106540352242952';

/** What each dialect says to a request too many. */
const voices = {
  meta: (answer: Answer) => assertGraph(answer),
  d360: (answer: Answer) => assertGraph(answer),
  kapso: (answer: Answer) => {
    assert.equal(answer.status, 429);
    assert.equal(answer.json.error, 'Rate limit exceeded');
    assert.match(answer.json.message, /5 requests a second/);
    assert.equal(answer.headers.get('x-ratelimit-limit'), '5');
    assert.equal(answer.headers.get('x-ratelimit-remaining'), '0');
  },
} as const;

function assertGraph({ status, json }: Answer): void {
  assert.equal(status, 400);
  assert.deepEqual([json.error.code, json.error.is_transient], [4, true]);
}

describe('GATEHOUSE_RATE_LIMIT', { concurrency: true }, () => {
  for (const [name, assertLimited] of Object.entries(voices) as [keyof typeof voices, (answer: Answer) => void][]) {
    it(`lets as many requests of a key pass as it says, and refuses the next in the voice of ${name}`, async (t) => {
      const service = await startTestService(t, { env: { GATEHOUSE_RATE_LIMIT: '5' } });
      const list = dialectsOf(service, id, await service.number(id))[name];
      const others = dialectsOf(service, other, await service.number(other))[name];
      for (let i = 0; i < 5; i += 1) assert.equal((await list('GET')).status, 200);

      const limited = await list('GET');
      assertLimited(limited);
      assert.equal(limited.headers.get('retry-after'), '1');
      assert.equal((await others('GET')).status, 200, 'another key has a limit of its own');

      service.clock.now += 1000;
      assert.equal((await list('GET')).status, 200, 'a second brings new requests');
    });
  }

  it('is off when it is not set', async (t) => {
    const service = await startTestService(t);
    const { meta } = dialectsOf(service, id, await service.number(id));
    for (let i = 0; i < 50; i += 1) assert.equal((await meta('GET')).status, 200);
  });
});
