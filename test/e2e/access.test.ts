/** Which keys reach which numbers, and what those learn that do not. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type Answer, adminKey, type Client, dialectsOf, users } from '../helpers/client.ts';
import { expectStatus, startTestService } from '../helpers/service.ts';

const [own, other, missing] = ['106540352242980', '106540352242981', '106540352242982'];
const methods = ['GET', 'POST', 'DELETE'] as const;
const body = (method: string) => (method === 'GET' ? undefined : users('16505551234'));

async function keyFor(client: Client, key: object): Promise<{ id: string; secret: string }> {
  const answer = await client.admin('POST', '/keys', { name: 'a key', ...key });
  expectStatus(answer, 201);
  return answer.json;
}

/** What an answer tells, without what differs in every answer: the number that was asked for and the request id. */
function told({ status, headers, text }: Answer, asked: string): unknown {
  const kept = [...headers].filter(([name]) => name !== 'date');
  const id = headers.get('x-request-id') ?? assert.fail('no request id');
  return JSON.stringify({ status, kept, text }).replaceAll(asked, 'ASKED').replaceAll(id, 'REQUEST');
}

describe('a number that is not the key’s', () => {
  it('is answered as one that is not there, in every dialect and for every method', async (t) => {
    const service = await startTestService(t);
    const secret = await service.number(own);
    await service.number(other);
    for (const method of methods) {
      const ask = async (number: string, dialect: 'meta' | 'kapso') =>
        told(await dialectsOf(service, number, secret)[dialect](method, body(method)), number);
      for (const dialect of ['meta', 'kapso'] as const) {
        assert.equal(await ask(other, dialect), await ask(missing, dialect));
        assert.match(String(await ask(other, dialect)), /does not exist, cannot be loaded due to missing permissions/);
      }
    }
    expectStatus(await service.admin('GET', `/numbers/${other}/blocks/16505551234`), 200);
    assert.equal((await service.admin('GET', `/numbers/${other}`)).json.blocked_users, 0);
  });

  it('is so whatever is wrong with the request besides', async (t) => {
    const service = await startTestService(t);
    const secret = await service.number(own);
    await service.number(other);
    for (const wrong of ['{', '{}', '{"messaging_product":"sms"}', '[]']) {
      const ask = async (number: string) => told(await dialectsOf(service, number, secret).meta('POST', wrong), number);
      assert.equal(await ask(other), await ask(missing));
      assert.match((await ask(other)) as string, /"error_subcode\\":33/);
    }
  });

  it('of another account is out of reach for a key to all numbers', async (t) => {
    const service = await startTestService(t);
    await service.number(own);
    expectStatus(await service.admin('PUT', '/accounts/tenant'), 201);
    const put = { display_phone_number: '+15550001111', account: 'tenant' };
    expectStatus(await service.admin('PUT', `/numbers/${other}`, put), 201);
    const { secret } = await keyFor(service, { numbers: 'all' });
    expectStatus(await dialectsOf(service, own, secret).meta('GET'), 200);
    const ask = async (number: string) => told(await dialectsOf(service, number, secret).meta('GET'), number);
    assert.equal(await ask(other), await ask(missing));
  });

  it('is nobody’s to guess with a bad key', async (t) => {
    const service = await startTestService(t);
    await service.number(own);
    for (const dialect of ['meta', 'd360', 'kapso'] as const) {
      for (const method of methods) {
        const ask = async (number: string) =>
          told(await dialectsOf(service, number, 'a-key-of-nobody')[dialect](method, body(method)), number);
        assert.equal(await ask(own), await ask(missing));
        assert.match(String(await ask(own)), /"status":401/);
      }
    }
  });
});

describe('a key', () => {
  it('to some numbers reaches those, and none of the others', async (t) => {
    const service = await startTestService(t);
    for (const id of [own, other, missing]) await service.number(id);
    const { secret } = await keyFor(service, { numbers: [own, other] });
    for (const [id, status] of [
      [own, 200],
      [other, 200],
      [missing, 400],
    ] as const) {
      expectStatus(await dialectsOf(service, id, secret).meta('GET'), status);
      expectStatus(await dialectsOf(service, id, secret).kapso('GET'), status);
    }
  });

  it('to all numbers reaches those to come, too', async (t) => {
    const service = await startTestService(t);
    const { secret } = await keyFor(service, { numbers: 'all' });
    await service.number(own);
    expectStatus(await dialectsOf(service, own, secret).kapso('POST', users('16505551234')), 200);
  });

  it('is 360dialog’s while it reaches exactly one number', async (t) => {
    const service = await startTestService(t);
    const { secret: all } = await keyFor(service, { numbers: 'all' });
    const d360 = () => dialectsOf(service, own, all).d360('GET');
    const none = await d360();
    expectStatus(none, 401);
    assert.match(none.json.error, /exactly one phone number/);
    await service.number(own);
    expectStatus(await d360(), 200);
    await service.number(other);
    expectStatus(await d360(), 401);
    const { secret: both } = await keyFor(service, { numbers: [own, other] });
    expectStatus(await dialectsOf(service, own, both).d360('GET'), 401);
  });

  it('is refused from the moment it is revoked, on open connections too', async (t) => {
    const service = await startTestService(t);
    await service.number(own);
    const { id, secret } = await keyFor(service, { numbers: [own] });
    const dialects = dialectsOf(service, own, secret);
    for (const call of Object.values(dialects)) expectStatus(await call('GET'), 200);
    expectStatus(await service.admin('DELETE', `/keys/${id}`), 204);
    const [meta, d360, kapso] = await Promise.all(Object.values(dialects).map((call) => call('GET')));
    for (const answer of [meta, kapso]) {
      assert.deepEqual([answer?.status, answer?.json.error.code, answer?.json.error.error_subcode], [401, 190, 467]);
    }
    assert.deepEqual([d360?.status, d360?.json], [401, { error: 'Revoked API key' }]);
  });

  it('is refused from the moment it expires', async (t) => {
    const service = await startTestService(t);
    await service.number(own);
    const end = service.clock.now + 60_000;
    const { secret } = await keyFor(service, { numbers: [own], expires_at: new Date(end).toISOString() });
    const dialects = dialectsOf(service, own, secret);
    service.clock.now = end - 1;
    for (const call of Object.values(dialects)) expectStatus(await call('GET'), 200);
    service.clock.now = end;
    const [meta, d360, kapso] = await Promise.all(Object.values(dialects).map((call) => call('GET')));
    for (const answer of [meta, kapso]) {
      assert.deepEqual([answer?.status, answer?.json.error.code, answer?.json.error.error_subcode], [401, 190, 463]);
    }
    assert.deepEqual([d360?.status, d360?.json], [401, { error: 'Expired API key' }]);
  });

  it('opens no admin API, and the admin key no dialect', async (t) => {
    const service = await startTestService(t);
    const secret = await service.number(own);
    const headers = { authorization: `Bearer ${secret}` };
    expectStatus(await service.call('GET', '/api/v1/numbers', { headers }), 401);
    for (const call of Object.values(dialectsOf(service, own, adminKey))) expectStatus(await call('GET'), 401);
  });
});
