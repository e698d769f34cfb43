/** The client against a real service: answers, errors and what it never sends. */
import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import { Gatehouse, GatehouseError } from '../../src/client/index.ts';
import { adminKey } from '../helpers/client.ts';
import { startTestService } from '../helpers/service.ts';
import { open, strict } from './run.ts';

async function start(t: TestContext) {
  const service = await startTestService(t, { env: { GATEHOUSE_DEMO: 'on' } });
  return { service, client: new Gatehouse({ url: service.base, adminKey }) };
}

async function errorOf(promise: Promise<unknown>): Promise<GatehouseError> {
  const [result] = await Promise.allSettled([promise]);
  assert.ok(result.status === 'rejected' && result.reason instanceof GatehouseError, JSON.stringify(result));
  return result.reason;
}

describe('an error', () => {
  it('has the code of a conflict, the request id and what to do', async (t) => {
    const { client, service } = await start(t);
    const error = await errorOf(client.block(strict, '16505550123'));
    assert.deepEqual([error.kind, error.status, error.code], ['conflict', 409, 'window']);
    assert.match(error.message, /has not written to the number within the last 24 hours/);
    assert.match(error.advice, /Wait until the user writes/);
    assert.ok(service.logged().includes(String(error.requestId)));
  });

  it('names every field at fault', async (t) => {
    const { client } = await start(t);
    const error = await errorOf(client.keys.create({ name: '', numbers: ['404', open] }));
    assert.deepEqual([error.kind, error.fields.map(({ field }) => field)], ['invalid', ['name']]);
    const unknown = await errorOf(client.keys.create({ name: 'x', numbers: ['404', '405'] }));
    assert.deepEqual(
      unknown.fields.map(({ field }) => field),
      ['numbers/0', 'numbers/1'],
    );
  });

  it('tells a wrong key, and never shows it', async (t) => {
    const { service } = await start(t);
    const wrong = new Gatehouse({ url: service.base, adminKey: 'not-the-right-admin-key' });
    const error = await errorOf(wrong.numbers.get(open));
    assert.deepEqual([error.kind, error.status], ['unauthorized', 401]);
    assert.throws(
      () => new Gatehouse({ url: service.base, adminKey: 'a key\nof two lines' }),
      (fault) => fault instanceof TypeError && !fault.message.includes('two lines'),
    );
  });

  it('stands in for ids that would lead elsewhere', async (t) => {
    const { client, service } = await start(t);
    for (const id of ['', '.', '..', '\ud83d']) {
      assert.equal((await errorOf(client.numbers.delete(id, { confirm: id }))).kind, 'invalid');
      assert.equal((await errorOf(client.block(open, id))).fields[0]?.field, 'user');
    }
    for (const id of ['a/b', '?confirm=1', '%2e%2e', '#']) await errorOf(client.block(open, id));
    assert.doesNotMatch(service.logged(), /"status":20\d/);
  });

  it('is an error of the call for what is no URL or makes no sense', () => {
    for (const url of ['gatehouse', 'ftp://localhost', 'http://user:secret@localhost', 'http://localhost/?a=1']) {
      assert.throws(() => new Gatehouse({ url, adminKey }), TypeError);
    }
    assert.throws(() => new Gatehouse({ url: 'http://localhost', adminKey, attempts: 0 }), TypeError);
    assert.throws(() => new Gatehouse({ url: 'http://localhost', adminKey, timeout: Number.NaN }), TypeError);
  });
});

describe('a list', () => {
  it('is read to its end, page by page, and anew each time; a cursor goes on', async (t) => {
    const { client } = await start(t);
    const users = Array.from({ length: 25 }, (_, index) => String(16505550100 + index));
    for await (const { outcome } of client.blockMany(open, users)) assert.equal(outcome, 'added');
    const rows = client.list(open, { pageSize: 10 });
    for (let walk = 0; walk < 2; walk += 1) {
      const seen: (string | undefined)[] = [];
      for await (const { user } of rows) seen.push(user.wa_id);
      assert.deepEqual(seen.toSorted(), users);
    }
    const sizes: number[] = [];
    let cursor: string | undefined;
    for await (const page of rows.pages()) {
      sizes.push(page.data.length);
      cursor ??= page.cursor;
    }
    assert.deepEqual(sizes, [10, 10, 5]);
    let rest = 0;
    for await (const _ of client.list(open, { after: cursor })) rest += 1;
    assert.equal(rest, 15);
    for await (const page of client.list(strict).pages()) assert.deepEqual(page, { data: [], cursor: undefined });
  });

  it('survives changes between its pages', async (t) => {
    const { client } = await start(t);
    for (const user of ['16505550101', '16505550102', '16505550103']) await client.block(open, user);
    const seen: (string | undefined)[] = [];
    for await (const { user } of client.list(open, { pageSize: 1 })) {
      seen.push(user.wa_id);
      await client.unblock(open, '16505550101');
    }
    assert.deepEqual(seen, ['16505550101', '16505550102', '16505550103']);
  });
});

describe('many users', () => {
  it('come back in their order, whatever becomes of them', async (t) => {
    const { client } = await start(t);
    await client.block(open, '16505550100');
    const users = ['16505550100', 'nobody', '+1 650 555 0101', '', '+1 555-078-3881', 'US.13491208655302741918'];
    const outcomes: string[] = [];
    for await (const { user, outcome } of client.blockMany(open, users)) outcomes.push(`${user}: ${outcome}`);
    assert.deepEqual(outcomes, [
      '16505550100: already_there',
      'nobody: refused',
      '+1 650 555 0101: added',
      ': refused',
      '+1 555-078-3881: refused',
      'US.13491208655302741918: added',
    ]);
  });

  it('end with a failure that is not about a user', async (t) => {
    const { client } = await start(t);
    const error = await errorOf(client.blockMany('404', ['16505550100']).next());
    assert.equal(error.kind, 'not-found');
    const reason = await errorOf(client.blockMany(open, ['16505550100'], { reason: '' }).next());
    assert.deepEqual(
      reason.fields.map(({ field }) => field),
      ['reason'],
    );
  });

  it('stop when nobody takes the rest', async (t) => {
    const { client } = await start(t);
    let given = 0;
    const endless = (async function* () {
      for (;;) yield String(16505550100 + given++);
    })();
    for await (const _ of client.blockMany(open, endless, { width: 3 })) break;
    assert.ok(given <= 4, String(given));
  });
});
