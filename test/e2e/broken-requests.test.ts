/** Sound HTTP with unsound content: refused in the voice of the dialect that was spoken to. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { exchange, type RawAnswer, RawConnection, request } from '../helpers/raw.ts';
import { type DialectName, dialectNames, startTarget, type Target } from './target.ts';

const json = 'Content-Type: application/json';
/** A body around the text of the array `block_users`, or of anything else. */
const body = (blockUsers: string) => `{"messaging_product":"whatsapp","block_users":${blockUsers}}`;
const nobody = body('[]');
const bytes = (...parts: (string | number[])[]) =>
  Buffer.concat(parts.map((part) => (typeof part === 'string' ? Buffer.from(part) : Buffer.from(part))));

/** Bodies that are answered with `(#100)`, in every dialect. */
const unsound: Readonly<Record<string, string | Uint8Array>> = {
  'half a JSON text': '{"messaging_product":"whatsapp"',
  'text after the JSON': `${nobody}x`,
  'no JSON at all': 'block +16505551234, please',
  'a number': '1',
  'a string': '"block_users"',
  null: 'null',
  'an array': `[${nobody}]`,
  'the key __proto__': '{"__proto__":{"block_users":[]},"messaging_product":"whatsapp"}',
  'the key __proto__, written with escapes': '{"\\u005f_proto__":{"block_users":[]},"messaging_product":"whatsapp"}',
  'the key __proto__ in a user': body('[{"user":"16505550003","__proto__":{"x":1}}]'),
  'the key constructor.prototype':
    '{"constructor":{"prototype":{"x":1}},"messaging_product":"whatsapp","block_users":[]}',
  'a body that is no UTF-8': bytes('{"messaging_product":"whatsapp","block_users":[{"user":"', [0xff, 0xfe], '"}]}'),
  'half a character of UTF-8': bytes('{"block_users":[{"user":"', [0xf0, 0x9f], '"}]}'),
  'UTF-16': Buffer.from(nobody, 'utf16le'),
  'a body that is compressed': bytes([0x1f, 0x8b, 0x08, 0, 0, 0, 0, 0, 0, 3]),
  'a user that is a number': body('[{"user":16505550003}]'),
  'a user beyond 2^53': body('[{"user":9007199254740993}]'),
  'a user that is an object': body('[{"user":{"user":"16505550003"}}]'),
  'a user that is true': body('[{"user":true}]'),
  'a user without a name': body('[{}]'),
  'users that are strings': body('["16505550003"]'),
  'users that are null': body('[null]'),
  'users that are a number': body('1e999'),
  'users that are an object': body('{"0":{"user":"16505550003"},"length":1}'),
  'no users': body('null'),
  'a product that is an array': '{"messaging_product":["whatsapp"],"block_users":[]}',
  'a product that nobody knows': '{"messaging_product":"sms","block_users":[]}',
  'a body that is too deep': body('['.repeat(100_000) + ']'.repeat(100_000)),
  'objects that are too deep': body(`${'{"a":'.repeat(50_000)}1${'}'.repeat(50_000)}`),
  'a string that is too long': body(`[{"user":"${'1'.repeat(1_000_000)}"}]`),
  'a key that is too long': `{"${'k'.repeat(1_000_000)}":1,"messaging_product":"whatsapp","block_users":[]}`,
};

/** Texts that are strings but name nobody: refused one by one. */
const nobodies = [
  '',
  ' ',
  '\0',
  '1650\u00005551234',
  '0',
  '1e15',
  '١٦٥٠٥٥٥١٢٣٤',
  '𝟏𝟔𝟓𝟎𝟓𝟓𝟓𝟏𝟐𝟑𝟒',
  '\ud800',
  '"; DROP TABLE block_entry; --',
  '9'.repeat(60_000),
];

describe('an unsound body', () => {
  it('is refused in every dialect as (#100)', async (t) => {
    const target = await startTarget(t);
    for (const [what, content] of Object.entries(unsound)) {
      for (const dialect of dialectNames) {
        const answer = await exchange(target.base, post(target, dialect, content));
        assertRefused(answer, { dialect, status: 400, code: 100, what });
      }
    }
    await target.assertUnharmed();
  });

  it('with texts that name nobody is told so of each, with the text as it came', async (t) => {
    const target = await startTarget(t);
    const content = body(JSON.stringify(nobodies.map((user) => ({ user }))));
    for (const dialect of dialectNames) {
      const answer = await exchange(target.base, post(target, dialect, content));
      assert.deepEqual([answer?.status, answer?.json.error.code], [400, 139100]);
      const failed: { input: string; wa_id?: string; errors: { code: number }[] }[] =
        answer?.json.block_users.failed_users;
      assert.deepEqual(
        failed.map((one) => [one.input, one.wa_id, one.errors[0]?.code]),
        nobodies.map((input) => [input, undefined, 131047]),
      );
    }
    await target.assertUnharmed();
  });

  it('beyond 2 MiB is refused with 413, however it is sent', async (t) => {
    const target = await startTarget(t);
    const large = Buffer.from(nobody.padEnd(2 * 1024 * 1024 + 1));
    const chunk = `${large.length.toString(16)}\r\n`;
    for (const dialect of dialectNames) {
      const whole = await exchange(target.base, post(target, dialect, large));
      assertRefused(whole, { dialect, status: 413, code: 100, what: 'with a length' });
      const head = [
        `POST ${target.paths[dialect]} HTTP/1.1`,
        'Host: a',
        target.keys[dialect],
        'Transfer-Encoding: chunked',
      ];
      const chunked = bytes([...head, '', chunk].join('\r\n'), [...large], '\r\n0\r\n\r\n');
      assertRefused(await exchange(target.base, chunked), { dialect, status: 413, code: 100, what: 'in chunks' });
      const fits = large.subarray(0, -1);
      assert.equal((await exchange(target.base, post(target, dialect, fits)))?.status, 200, 'exactly 2 MiB');
    }
    await target.assertUnharmed();
  });

  it('beyond 2 MiB is read to its end, so that the connection can go on; what never ends is cut off', async (t) => {
    const target = await startTarget(t);
    const large = Buffer.from(nobody.padEnd(3 * 1024 * 1024));
    using connection = new RawConnection(target.base);
    connection.send(Buffer.concat([post(target, 'meta', large), post(target, 'meta', nobody)]));
    assert.equal((await connection.next())?.status, 413);
    assert.equal((await connection.next())?.status, 200);

    using endless = new RawConnection(target.base);
    const head = [`POST ${target.paths.meta} HTTP/1.1`, 'Host: a', target.keys.meta, 'Transfer-Encoding: chunked'];
    endless.send(bytes([...head, '', '40000000', ''].join('\r\n')));
    endless.send(Buffer.alloc(17 * 1024 * 1024, ' '));
    assert.equal((await endless.next())?.status, 413);
    await endless.closed();
    await target.assertUnharmed();
  });

  it('that is cut off half-way changes nothing and needs no answer', async (t) => {
    const target = await startTarget(t);
    for (const dialect of dialectNames) {
      using connection = new RawConnection(target.base);
      const whole = post(target, dialect, nobody);
      connection.send(whole.subarray(0, -1));
      await connection.flushed();
    }
    await target.assertUnharmed();
  });

  it('under an odd content type is read as JSON', async (t) => {
    const target = await startTarget(t);
    for (const type of [
      'text/plain',
      'application/octet-stream',
      ';;;',
      'json',
      'application/json;charset=klingon',
      '\xff',
    ]) {
      for (const dialect of dialectNames) {
        const headers = [target.keys[dialect], `Content-Type: ${type}`];
        const answer = await exchange(target.base, request(`POST ${target.paths[dialect]}`, headers, nobody));
        assert.equal(answer?.status, 200, `${type}: ${answer?.body}`);
      }
    }
    await target.assertUnharmed();
  });
});

describe('an unsound head', () => {
  it('with a key that comes twice is refused, even if both are the same', async (t) => {
    const target = await startTarget(t);
    for (const dialect of dialectNames) {
      const key = target.keys[dialect];
      const answer = await exchange(target.base, request(`GET ${target.paths[dialect]}`, [key, key]));
      assertRefused(answer, { dialect, status: 400, code: 100, what: 'two keys' });
    }
    const { meta, kapso } = target.keys;
    const both = await exchange(target.base, request(`GET ${target.paths.kapso}`, [kapso, meta]));
    assert.equal(both?.status, 200, 'Kapso’s two headers are not one header twice');
    const bearers = await exchange(target.base, request(`GET ${target.paths.kapso}`, [meta, meta]));
    assertRefused(bearers, { dialect: 'kapso', status: 400, code: 100, what: 'two Bearers' });
    await target.assertUnharmed();
  });

  it('with a path that is no UTF-8, or no percent-encoding, is refused as an unknown path', async (t) => {
    const target = await startTarget(t);
    for (const odd of ['%FF%FE', '%C3%28', '%zz', '%', '%E0%A4']) {
      const paths = {
        meta: `/v25.0/${odd}/block_users`,
        d360: `/block_users/${odd}`,
        kapso: `/meta/whatsapp/v24.0/${odd}/block_users`,
      };
      for (const dialect of dialectNames) {
        const answer = await exchange(target.base, request(`GET ${paths[dialect]}`, [target.keys[dialect]]));
        assertRefused(answer, { dialect, status: dialect === 'd360' ? 404 : 400, code: 2500, what: odd });
      }
    }
    await target.assertUnharmed();
  });

  it('with a number’s id that is none is refused as a number that is not there', async (t) => {
    const target = await startTarget(t);
    for (const odd of [
      '%00',
      '%0d%0aX-Injected:%20yes',
      '..%2F..%2Fapi',
      '__proto__',
      '-1',
      '1e3',
      '0x1',
      '9'.repeat(40_000),
    ]) {
      for (const [dialect, before] of [
        ['meta', '/v25.0'],
        ['kapso', '/meta/whatsapp/v24.0'],
      ] as const) {
        const answer = await exchange(target.base, request(`GET ${before}/${odd}/block_users`, [target.keys[dialect]]));
        assertRefused(answer, { dialect, status: 400, code: 100, what: odd });
        assert.equal(answer?.json.error.error_subcode, 33);
        assert.doesNotMatch(answer?.head ?? '', /^x-injected/m);
      }
    }
    await target.assertUnharmed();
  });

  it('with a method that the path does not have is refused', async (t) => {
    const target = await startTarget(t);
    for (const method of ['PUT', 'PATCH', 'OPTIONS', 'TRACE', 'PURGE', 'PROPFIND', 'LINK', 'M-SEARCH']) {
      for (const dialect of dialectNames) {
        const headers = [target.keys[dialect], json];
        const answer = await exchange(target.base, request(`${method} ${target.paths[dialect]}`, headers, nobody));
        assertRefused(answer, { dialect, status: dialect === 'd360' ? 405 : 400, code: 100, what: method });
      }
    }
    await target.assertUnharmed();
  });

  it('with parameters that are none is refused, or harmless', async (t) => {
    const target = await startTarget(t);
    const get = (query: string) =>
      exchange(target.base, request(`GET ${target.paths.meta}?${query}`, [target.keys.meta]));
    for (const query of [
      'limit=0',
      'limit=-1',
      'limit=1.5',
      'limit=1e2',
      'limit=%00',
      'limit=٣',
      'after=%FF',
      'after=%00',
      'after=x&before=x',
      '%FF=%FF',
      'a&'.repeat(20_000),
    ]) {
      assertRefused(await get(query), { dialect: 'meta', status: 400, code: 100, what: query });
    }
    for (const query of [
      '',
      '&&&',
      '=',
      '%',
      '__proto__=1',
      'limit=9007199254740993',
      `limit=${'9'.repeat(400)}`,
      'constructor[prototype]=1',
    ]) {
      assert.equal((await get(query))?.json.data?.length, 1, query);
    }
    await target.assertUnharmed();
  });
});

function post(target: Target, dialect: DialectName, content: string | Uint8Array): Buffer {
  return request(`POST ${target.paths[dialect]}`, [target.keys[dialect], json], content);
}

interface Expected {
  readonly dialect: DialectName;
  readonly status: number;
  /** Of Graph's error object; 360dialog has that for 400 only, and else a sentence. */
  readonly code: number;
  readonly what: string;
}

function assertRefused(answer: RawAnswer | undefined, { dialect, status, code, what }: Expected): void {
  const about = `${dialect}, ${what}: ${answer?.body.slice(0, 300)}`;
  assert.equal(answer?.status, status, about);
  assert.match(answer.head, /^content-type: application\/json\r?$/m, about);
  const { error } = answer.json;
  if (dialect === 'd360' && status !== 400) {
    assert.deepEqual(Object.keys(answer.json), ['error'], about);
    assert.equal(typeof error, 'string', about);
    return;
  }
  assert.equal(error.code, code, about);
  assert.match(error.fbtrace_id, /^A[\w-]{22}$/, about);
  assert.equal(typeof error.message, 'string', about);
  assert.equal(typeof error.type, 'string', about);
}
