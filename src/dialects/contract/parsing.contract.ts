import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { Refusal } from '../../core/errors.ts';
import { parseUser } from '../../core/user.ts';
import type { Call, Dialect, WireRequest } from '../dialect.ts';
import type { DialectWire } from './dialect-wire.contract.ts';
import { carriers, numberId, type RequestParts, wireRequest } from './request.contract.ts';

const methods = { list: 'GET', block: 'POST', unblock: 'DELETE' } as const;
const secret = 'gh_secret-0123456789';
const limits = { numRuns: 200 };

export function parsingContract(dialect: Dialect, wire: DialectWire): void {
  const { path } = wire;
  const parse = (parts: RequestParts) =>
    dialect.parse(wireRequest({ path, ...parts, headers: { ...wire.present(secret), ...parts.headers } }));

  it('claims its own block list', () => {
    assert.ok(dialect.claims(wireRequest({ path, headers: wire.present(secret) })));
  });

  it('names the number of the path, or the key’s', async () => {
    const { number } = await parse({});
    assert.deepEqual(number, path.includes(numberId) ? { kind: 'named', id: numberId } : { kind: 'of_the_key' });
  });

  it('finds the secret that its header presents, and none without', async () => {
    assert.deepEqual((await parse({})).credential, { secret });
    assertRefused((await dialect.parse(wireRequest({ path }))).credential, 'no_credential');
  });

  it('finds no secret in an empty header', async () => {
    assertRefused((await dialect.parse(wireRequest({ path, headers: wire.present('') }))).credential, 'no_credential');
  });

  it('refuses a credential header that came twice', async () => {
    const twice = Object.entries(wire.present(secret)).map(([name, value]) => [name, [value, value]] as const);
    assertRefused((await parse({ headers: Object.fromEntries(twice) })).credential, 'ambiguous_credential');
  });

  describe('reads from', () => {
    for (const [name, carry] of Object.entries(carriers)) {
      it(`${name} what a block and an unblock ask`, () =>
        fc.assert(
          fc.asyncProperty(fc.array(askedText), fc.constantFrom('block', 'unblock'), async (texts, kind) => {
            const users = texts.map((user) => ({ user }));
            const call = await parse({
              method: methods[kind],
              ...carry({ messaging_product: 'whatsapp', block_users: users }),
            });
            assert.equal(call.operation, kind);
            assert.deepEqual(call.command, { kind, users: texts.map((input) => ({ input, user: parseUser(input) })) });
          }),
          limits,
        ));

      it(`${name} what a list asks`, () =>
        fc.assert(
          fc.asyncProperty(
            cursorText,
            fc.constantFrom('after', 'before'),
            fc.integer({ min: 1 }),
            async (text, side, limit) => {
              const call = await parse(carry({ [side]: text, limit }));
              assert.deepEqual(call.command, { kind: 'list', limit, [side]: text });
            },
          ),
          limits,
        ));

      it(`${name} the method that a POST names`, async () => {
        for (const [kind, method] of Object.entries(methods)) {
          for (const named of [method, method.toLowerCase()]) {
            const parameters = {
              method: named,
              messaging_product: 'whatsapp',
              block_users: [{ user: '+16505551234' }],
            };
            const call = await parse({ method: 'POST', ...carry(parameters) });
            assert.equal(call.operation, kind);
            assert.equal((call.command as { kind: string }).kind, kind);
          }
        }
      });
    }
  });

  it('takes a named method from no other method than POST', async () => {
    const call = await parse({ method: 'GET', query: 'method=delete' });
    assert.equal(call.operation, 'list');
  });

  it('wants messaging_product only where its documents do', async () => {
    const { command } = await parse({ method: 'POST', body: '{"block_users":[]}' });
    if (wire.productRequired) assertRefused(command, 'missing_parameter');
    else assert.deepEqual(command, { kind: 'block', users: [] });
  });

  it('tells of broken parameters in the call, beside the credential', async () => {
    for (const body of ['{', '[]', '"x"', 'null', '\xff', '{"__proto__":1}']) {
      const call = await parse({ method: 'POST', body: Buffer.from(body, 'latin1') });
      assertRefused(call.command, 'invalid_body');
      assert.deepEqual(call.credential, { secret });
    }
  });

  it('throws nothing but refusals, whatever comes', () =>
    fc.assert(
      fc.asyncProperty(anyRequest(path), async (request) => {
        dialect.claims(request);
        const call = await dialect.parse(request).catch(refusalOnly);
        for (const part of call ? [call.credential, call.command] : []) {
          if (part instanceof Refusal) dialect.renderError(part, request);
        }
      }),
      { numRuns: 2000 },
    ));
}

const askedText = fc.oneof(
  fc.string({ unit: 'grapheme' }),
  fc.stringMatching(/^\+?[1-9][0-9 ().-]{6,20}$/),
  fc.stringMatching(/^[A-Z]{2}\.(ENT\.)?[A-Za-z0-9]{1,20}$/),
);

const cursorText = fc.string({ minLength: 1, unit: fc.constantFrom(...'abcXYZ019-_=+/ é') });

function assertRefused(value: Call['credential'] | Call['command'], kind: string): void {
  assert.ok(value instanceof Refusal, JSON.stringify(value));
  assert.equal(value.reason.kind, kind);
}

function refusalOnly(error: unknown): undefined {
  if (!(error instanceof Refusal)) throw error;
}

/** Requests of every shape, near enough to right ones to get past the first question. */
function anyRequest(path: string): fc.Arbitrary<WireRequest> {
  const name = fc.constantFrom('block_users', 'limit', 'after', 'method', 'access_token', 'messaging_product');
  const value = fc.oneof(fc.jsonValue(), fc.constantFrom('whatsapp', 'delete', 'get', '[{"user":"1"}]', '25'));
  const parameters = fc.dictionary(name, value);
  const carried = fc.tuple(parameters, fc.constantFrom(...Object.values(carriers))).map(([some, carry]) => carry(some));
  const types = [
    'application/json',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=b',
    'multipart/form-data',
    ';',
  ];
  const raw = fc.record({
    query: fc.oneof(fc.string(), fc.constant('a=%zz&%')),
    headers: fc.constantFrom(...types).map((type) => ({ 'content-type': type })),
    body: fc.oneof(fc.uint8Array(), fc.string(), brokenForm),
  });
  const frame = fc.record({
    method: fc.oneof(fc.constantFrom('GET', 'POST', 'DELETE', 'HEAD', 'PUT'), fc.string()),
    path: fc.oneof({ weight: 4, arbitrary: fc.constant(path) }, fc.webPath(), fc.string(), fc.constant('/%ff/x')),
  });
  return fc.tuple(frame, fc.oneof(carried, raw)).map(([one, other]) => wireRequest({ ...one, ...other }));
}

/** Pieces of a multipart form in any order, cut off anywhere. */
const brokenForm = fc
  .array(
    fc.constantFrom(
      '--b\r\n',
      '--b--',
      'Content-Disposition: form-data; name="block_users"\r\n',
      'Content-Disposition: form-data; name="f"; filename="x"\r\n',
      'Content-Type: application/octet-stream\r\n',
      '\r\n',
      'text',
    ),
    { maxLength: 12 },
  )
  .map((pieces) => pieces.join(''));
