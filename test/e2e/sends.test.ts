/** Sends: whom a number has blocked gets nothing from it, whatever names them. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { users } from '../helpers/client.ts';
import { FaultySwitch } from '../helpers/faulty-store.ts';
import { readMetrics, sumOf } from '../helpers/metrics.ts';
import { expectStatus, startTestService, type TestService } from '../helpers/service.ts';

const [id, other] = ['106540352242931', '106540352242932'];
const bsuid = 'US.13491208655302741918';
const text = { type: 'text', text: { body: 'Hello' } };

/** A send in each dialect. */
function sendersOf(service: TestService, number: string, secret: string) {
  const send = (base: string, headers: Record<string, string>) => (edge: string, body: object) =>
    service.call('POST', `${base}/${edge}`, { headers, body: { messaging_product: 'whatsapp', ...body } });
  return [
    send(`/v25.0/${number}`, { authorization: `Bearer ${secret}` }),
    send(`/${number}`, { authorization: `Bearer ${secret}` }),
    send('', { 'd360-api-key': secret }),
    send(`/meta/whatsapp/v24.0/${number}`, { 'x-api-key': secret }),
  ];
}

describe('a send', () => {
  it('is refused to whom the number has blocked, by every id that is known of them, and only while they are', async (t) => {
    const service = await startTestService(t);
    const secret = await service.number(id);
    await service.wrote(id, '5511987654321', { user_id: bsuid });
    const [send] = sendersOf(service, id, secret);
    assert.ok(send);
    const list = (method: string) =>
      service.call(method, `/${id}/block_users`, {
        headers: { authorization: `Bearer ${secret}` },
        body: users('+55 11 98765-4321'),
      });
    const names = [{ to: '+55 (11) 98765-4321' }, { to: '551187654321' }, { recipient: bsuid }, { to: bsuid }];
    for (const [method, status] of [
      ['POST', 400],
      ['DELETE', 200],
      ['POST', 400],
    ] as const) {
      expectStatus(await list(method), 200);
      for (const name of names) {
        for (const one of sendersOf(service, id, secret)) {
          for (const edge of ['messages', 'marketing_messages', 'calls']) {
            const answer = await one(edge, { ...name, ...text });
            expectStatus(answer, status);
            if (status === 400) assert.equal(answer.json.error.code, 130403);
          }
        }
      }
    }
    const refused = sumOf(await readMetrics(service), 'gatehouse_refused_requests_total', {
      kind: 'recipient_blocked',
    });
    assert.equal(refused, 2 * 4 * 4 * 3);
    assert.equal(sumOf(await readMetrics(service), 'gatehouse_requests_total', { operation: 'send' }), 3 * 4 * 4 * 3);
  });

  it('knows nothing of the lists of other numbers, and needs a key of its own', async (t) => {
    const service = await startTestService(t);
    const [mine, theirs] = [await service.number(id), await service.number(other)];
    const headers = { authorization: `Bearer ${theirs}` };
    await service.call('POST', `/${other}/block_users`, { headers, body: users('16505551234') });
    const [send, , ofTheKey] = sendersOf(service, id, mine);
    expectStatus(await send!('messages', { to: '16505551234', ...text }), 200);
    expectStatus(await ofTheKey!('messages', { to: '16505551234', ...text }), 200);
    const [foreign] = sendersOf(service, id, theirs);
    const answer = await foreign!('messages', { to: '16505551234', ...text });
    assert.deepEqual([answer.status, answer.json.error.error_subcode], [400, 33]);
    const [anonymous] = sendersOf(service, id, 'nobody-has-this-key-0123456789');
    expectStatus(await anonymous!('messages', { to: '16505551234', ...text }), 401);
  });

  it('is not played while the list cannot be read', async (t) => {
    const faults = new FaultySwitch();
    const service = await startTestService(t, { wrapStore: faults.wrap });
    const secret = await service.number(id);
    Object.assign(faults, { lists: new Error('the disk is gone') });
    for (const send of sendersOf(service, id, secret)) {
      expectStatus(await send('messages', { to: '16505551234', ...text }), 500);
      expectStatus(await send('messages', { status: 'read', message_id: 'wamid.abc' }), 200);
    }
    faults.fine();
    for (const send of sendersOf(service, id, secret)) {
      expectStatus(await send('messages', { to: '16505551234', ...text }), 200);
    }
  });

  it('has an id of its own each time', async (t) => {
    const service = await startTestService(t);
    const [send] = sendersOf(service, id, await service.number(id));
    const ids = new Set<string>();
    for (let count = 0; count < 20; count += 1) {
      const { json } = await send!('messages', { to: '16505551234', ...text });
      assert.match(json.messages[0].id, /^wamid\.[\w-]{32}$/);
      ids.add(json.messages[0].id);
    }
    assert.equal(ids.size, 20);
  });
});
