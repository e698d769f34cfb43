/** "Is X blocked?" is answered without the framework where it can be: nobody can tell but by the time it takes. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type Answer, adminKey, dialectsOf, users } from '../helpers/client.ts';
import { readMetrics, sumOf } from '../helpers/metrics.ts';
import { exchange, request } from '../helpers/raw.ts';
import { startTestService } from '../helpers/service.ts';

const id = '106540352242951';
const bsuid = 'US.13491208655302741918';
const authorization = `Bearer ${adminKey}`;

/** What an answer tells, without what differs in every answer. */
function told({ status, headers, text }: Answer): unknown {
  const requestId = headers.get('x-request-id') ?? assert.fail('no request id');
  const kept = [...headers].filter(([name]) => name !== 'date');
  return JSON.parse(JSON.stringify({ status, kept, text }).replaceAll(requestId, 'REQUEST'));
}

describe('a check that is answered without the framework', () => {
  it('has the same answer as with it, which a question mark calls for', async (t) => {
    const service = await startTestService(t);
    const secret = await service.number(id);
    const { meta } = dialectsOf(service, id, secret);
    await meta('POST', users('16505551234', '5511987654321'));
    await meta('POST', { messaging_product: 'whatsapp', block_users: [{ user_id: bsuid }] });
    await service.admin('PUT', `/numbers/${id}/blocks/16505550001`, { reason: 'Über–Spam 🚫' });
    const asked = [
      ...['16505551234', '+16505551234', '551187654321', '16505550001', bsuid, '16505559999'],
      ...['abc', '1', 'US.1', 'US.ENT.11815799212886844830', '1'.repeat(300)],
    ];
    for (const number of [id, '106540352242952', '0']) {
      for (const user of asked) {
        for (const key of [authorization, 'Bearer nobody', authorization.replace('Bearer', 'bearer'), '']) {
          const path = `/api/v1/numbers/${number}/blocks/${user}`;
          const headers = key === '' ? {} : { authorization: key };
          const [quick, thorough] = await Promise.all(
            [path, `${path}?`].map((one) => service.call('GET', one, { headers })),
          );
          assert.deepEqual(told(quick!), told(thorough!), `${path} ${key}`);
        }
      }
    }
    const blocked = await service.admin('GET', `/numbers/${id}/blocks/16505550001`);
    assert.equal(blocked.json.entry.reason, 'Über–Spam 🚫');
  });

  it('is refused with two keys, and takes no notice of a body', async (t) => {
    const { base, number } = await startTestService(t);
    await number(id);
    const ask = (headers: string[], body?: string) =>
      exchange(base, request(`GET /api/v1/numbers/${id}/blocks/16505551234`, headers, body));
    const key = `Authorization: ${authorization}`;
    assert.equal((await ask([key, key]))?.status, 401);
    assert.equal((await ask([key, 'Content-Type: application/json'], '{}'))?.status, 200);
    assert.equal((await ask([key]))?.status, 200);
  });

  it('is counted and logged like any other', async (t) => {
    const service = await startTestService(t);
    await service.number(id);
    const counted = async () =>
      sumOf(await readMetrics(service), 'gatehouse_requests_total', { operation: 'getBlock', status: '200' });
    const before = await counted();
    const answers = await Promise.all(
      ['', '?'].map((mark) => service.admin('GET', `/numbers/${id}/blocks/16505551234${mark}`)),
    );
    assert.equal((await counted()) - before, 2);
    const lines: any[] = service
      .logged()
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line));
    const [quick, thorough] = answers.map(({ headers }) => {
      const {
        time: _time,
        ms,
        reqId: _id,
        ...line
      } = lines.find((one) => one.reqId === headers.get('x-request-id') && one.msg === 'request');
      assert.equal(typeof ms, 'number');
      return line;
    });
    assert.deepEqual(quick, thorough);
  });
});
