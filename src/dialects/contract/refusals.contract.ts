import assert from 'node:assert/strict';
import { validateHeaderValue } from 'node:http';
import { it } from 'node:test';
import fc from 'fast-check';
import { validateContract } from '../../../test/helpers/contract-schemas.ts';
import { validateOwn } from '../../../test/helpers/own-schemas.ts';
import { type Reason, Refusal } from '../../core/errors.ts';
import type { Dialect, WireAnswer } from '../dialect.ts';
import type { DialectWire } from './dialect-wire.contract.ts';
import { requestId, wireRequest } from './request.contract.ts';

/** One of each: the compiler wants a new reason here too. `text` is what a stranger may have a say in. */
export function reasons(text: string): { readonly [Kind in Reason['kind']]: Extract<Reason, { kind: Kind }> } {
  return {
    no_credential: { kind: 'no_credential' },
    ambiguous_credential: { kind: 'ambiguous_credential' },
    unknown_credential: { kind: 'unknown_credential' },
    expired_credential: { kind: 'expired_credential', at: new Date(0) },
    revoked_credential: { kind: 'revoked_credential' },
    not_one_number: { kind: 'not_one_number' },
    number_not_found: { kind: 'number_not_found', asked: text },
    unknown_path: { kind: 'unknown_path' },
    unknown_method: { kind: 'unknown_method' },
    missing_parameter: { kind: 'missing_parameter', name: 'block_users' },
    wrong_parameter: { kind: 'wrong_parameter', name: 'block_users', expected: 'an array' },
    wrong_value: { kind: 'wrong_value', name: 'messaging_product', allowed: ['WHATSAPP'], got: text },
    invalid_body: { kind: 'invalid_body', detail: 'The body is not valid JSON.' },
    body_too_large: { kind: 'body_too_large' },
    invalid_cursor: { kind: 'invalid_cursor', name: 'after' },
    too_many_users: { kind: 'too_many_users', max: 1000 },
    recipient_blocked: { kind: 'recipient_blocked' },
    batch_refused: { kind: 'batch_refused' },
    no_one_connection: { kind: 'no_one_connection' },
    upstream_failed: { kind: 'upstream_failed', timedOut: false },
    list_changed: { kind: 'list_changed' },
    rate_limited: { kind: 'rate_limited', limit: 5, retryAfter: 2 },
    overloaded: { kind: 'overloaded', retryAfter: 3 },
    store_unavailable: { kind: 'store_unavailable' },
    internal: { kind: 'internal' },
  };
}

const unauthorised = [
  'no_credential',
  'unknown_credential',
  'expired_credential',
  'revoked_credential',
  'not_one_number',
];
const ours = ['upstream_failed', 'overloaded', 'store_unavailable', 'internal'];

export function refusalsContract(dialect: Dialect, wire: DialectWire): void {
  const request = wireRequest({ method: 'POST', path: wire.path });

  it('answers every refusal with an error status of its kind, and an error in JSON', () => {
    for (const reason of Object.values(reasons('x'))) {
      const answer = dialect.renderError(new Refusal(reason), request);
      const expected = unauthorised.includes(reason.kind)
        ? /^401$/
        : ours.includes(reason.kind)
          ? /^50[023]$/
          : /^4(?!01)\d\d$/;
      assert.match(String(answer.status), expected, reason.kind);
      assert.equal(answer.headers['content-type'], 'application/json');
      assertError(answer);
    }
  });

  it('holds to the provider’s schema of each status and to its own, for every method', () => {
    for (const method of ['GET', 'POST', 'DELETE']) {
      for (const reason of Object.values(reasons('x'))) {
        const { status, body } = dialect.renderError(new Refusal(reason), { ...request, method });
        assert.deepEqual(validateContract(wire.documented, method, status, JSON.parse(body)), [], reason.kind);
        // These are for no operation: a path or a method that there is not, and a provider that is asked for a send alone.
        if (/^(unknown_(path|method)|upstream_failed)$/.test(reason.kind)) continue;
        assert.deepEqual(validateOwn(dialect.name, method, status, JSON.parse(body)), [], reason.kind);
      }
    }
  });

  it('tells of a provider that cannot be reached, and of one that did not answer in time', () => {
    for (const [timedOut, expected] of [
      [false, [502, /cannot be reached/]],
      [true, [504, /did not answer in time/]],
    ] as const) {
      const { status, body } = dialect.renderError(new Refusal({ kind: 'upstream_failed', timedOut }), request);
      assert.equal(status, expected[0]);
      assert.match(body, expected[1]);
      assert.deepEqual(validateOwn(dialect.name, 'POST', status, JSON.parse(body), 'messages'), []);
    }
  });

  it('tells when to come back, for what passes by itself', () => {
    const { rate_limited: limited, overloaded } = reasons('x');
    for (const [reason, seconds] of [
      [limited, '2'],
      [overloaded, '3'],
    ] as const) {
      assert.equal(dialect.renderError(new Refusal(reason), request).headers['retry-after'], seconds);
    }
  });

  it('never tells the private cause', () => {
    for (const reason of Object.values(reasons('x'))) {
      const answer = dialect.renderError(new Refusal(reason, new Error('the private cause')), request);
      assert.doesNotMatch(JSON.stringify(answer), /private cause/);
    }
  });

  it('quotes a stranger’s text without breaking JSON or headers, and keeps headers short', () =>
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.constant('é"\\\r\n'.repeat(9000))), (text) => {
        for (const reason of Object.values(reasons(text))) {
          const answer = dialect.renderError(new Refusal(reason), {
            ...request,
            query: `method=${encodeURIComponent(text.toWellFormed())}`,
          });
          assertError(answer);
          for (const [name, value] of Object.entries(answer.headers)) {
            validateHeaderValue(name, value);
            assert.ok(value.length < 2000, `${name} is ${value.length} long`);
          }
        }
      }),
      { numRuns: 50 },
    ));
}

/** `error` is a sentence, which a `message` may explain, or Graph's object with a number as its code and this request's id. */
function assertError({ body }: WireAnswer): void {
  const { error, message, ...others } = JSON.parse(body);
  assert.deepEqual(others, {});
  if (typeof error === 'string') {
    assert.ok(error.length > 0);
    assert.ok(message === undefined || message.length > 0);
    return;
  }
  assert.equal(message, undefined);
  assert.equal(typeof error.message, 'string');
  assert.match(error.type, /^(OAuthException|GraphMethodException)$/);
  assert.ok(Number.isInteger(error.code));
  assert.equal(error.fbtrace_id, requestId);
}
