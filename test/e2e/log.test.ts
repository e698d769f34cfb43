/** The log of a busy run, at its most talkative: whole, by request id, and without a secret or a person's number. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { adminKey, dialectsOf, users } from '../helpers/client.ts';
import { exchange, request } from '../helpers/raw.ts';
import { expectStatus, startTestService, type TestService } from '../helpers/service.ts';

const open = '106540352242994';
const strict = '106540352242995';
const bad = 'a-key-that-nobody-has-0123456789';
const bsuid = 'US.13491208655302741918';
/** Users, as they are written in requests; what must not be in the log are their digits. */
const people = ['+16505551234', '+44 20 7946 0958', '(650) 555-9876-1', '5511998765432', '+49.151.12345678'];
const strangers = ['not a person 4711-0815', '+1650555123400000000', '٤٤٢٠٧٩٤٦٠٩٥٨'];

/** Everything that a client can do, right and wrong; gives what was secret in it. */
async function busyRun(service: TestService): Promise<string[]> {
  const secrets = [await service.number(open), await service.number(strict, 'meta')];
  const own = await service.admin('POST', '/keys', { name: 'own', numbers: 'all', secret: 'my-own-secret-0123456789' });
  expectStatus(own, 201);
  for (const [index, id] of [open, strict].entries()) {
    for (const [name, call] of Object.entries(dialectsOf(service, id, secrets[index] ?? ''))) {
      await call('POST', users(...people, ...strangers));
      await call('POST', { messaging_product: 'whatsapp', block_users: [{ user_id: bsuid }] });
      await call('GET', undefined, '?limit=2');
      await call('GET', undefined, `?after=${secrets[0]}`);
      await call(
        'DELETE',
        undefined,
        `?messaging_product=whatsapp&block_users=${encodeURIComponent(JSON.stringify([{ user: people[0] }]))}`,
      );
      await call('POST', `{"messaging_product":"whatsapp","block_users":[{"user":"${people[1]}"`);
      await call('PATCH', users(people[2] ?? ''));
      await dialectsOf(service, id, bad)[name as 'meta']('GET');
    }
    for (const person of people) {
      await service.wrote(id, person);
      const path = `/numbers/${id}/blocks/${encodeURIComponent(person)}`;
      for (const method of ['PUT', 'GET', 'DELETE']) await service.admin(method, path);
      await service.call('GET', `/api/v1${path}`, { headers: { authorization: `Bearer ${bad}` } });
    }
    await service.admin('GET', `/numbers/${id}/blocks/${encodeURIComponent(strangers[0] ?? '')}`);
    await service.admin('GET', `/numbers/${id}/events`);
  }
  for (const token of [secrets[0], bad]) {
    await service.call('GET', `/v25.0/${open}/block_users?access_token=${token}`);
    await service.call('POST', `/${open}/block_users`, { body: new URLSearchParams({ access_token: String(token) }) });
    await service.call('GET', `/${token}/${people[3]}`);
    await service.call('GET', `/webhooks/${token}?hub.verify_token=${token}`);
    await exchange(service.base, request(`GET /${token}/%FF`, [`Authorization: Bearer ${token}`]));
    await exchange(service.base, `GET /${token} HTTP/9.9\r\nAuthorization: Bearer ${token}\r\n\r\n`);
  }
  return [...secrets, 'my-own-secret-0123456789', bad, adminKey];
}

describe('the log', () => {
  it('of a busy run has no secret and nobody’s number in it', async (t) => {
    const service = await startTestService(t);
    const secrets = await busyRun(service);
    const logged = service.logged();
    assert.ok(logged.split('\n').length > 100, 'nothing was logged');
    for (const secret of secrets) assert.ok(!logged.includes(secret), `the secret ${secret} was logged`);
    for (const person of [...people, ...strangers, bsuid]) {
      assert.ok(!logged.includes(person), `${person} was logged`);
      const digits = person.replace(/\D/g, '');
      assert.ok(digits === '' || !logged.includes(digits), `${digits} was logged`);
    }
    for (const line of logged.split('\n')) assert.doesNotMatch(line, /"level":[56]0/);
  });

  it('is JSON, and tells of each request under the id that its answer has', async (t) => {
    const service = await startTestService(t);
    const secret = await service.number(open);
    const { meta, d360, kapso } = dialectsOf(service, open, secret);
    const answers = [
      await meta('POST', users(people[0] ?? '', strangers[0] ?? '')),
      await d360('GET'),
      await kapso('DELETE', '{'),
      await dialectsOf(service, open, bad).meta('GET'),
      await service.call('GET', '/nothing/here/at/all'),
      await service.call('GET', '/v25.0/%FF/block_users'),
      await service.admin('GET', '/numbers'),
      await service.call('GET', '/health/ready'),
    ];
    const lines: any[] = service
      .logged()
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line));
    for (const { status, headers } of answers) {
      const id = headers.get('x-request-id');
      assert.match(id ?? '', /^A[\w-]{22}$/);
      const told = lines.filter((line) => line.reqId === id && line.msg === 'request');
      assert.deepEqual(
        told.map((line) => line.status),
        [status],
      );
    }
    const id = answers[0]?.headers.get('x-request-id');
    const {
      dialect,
      operation,
      number,
      key,
      users: asked,
      refused,
    } = lines.find((line) => line.reqId === id && line.dialect);
    assert.deepEqual([dialect, operation, number, asked, refused], ['meta', 'block', open, 2, 1]);
    assert.match(key, /^key_/);
  });
});
