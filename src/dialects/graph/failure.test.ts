import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { CallFailure } from '../dialect.ts';
import { failureOf } from './failure.ts';
import { bodyOf } from './provider-error.ts';

const read = (status: number, body: unknown, retryAfter?: string) => {
  const answer = {
    status,
    retryAfter,
    body: typeof body === 'string' ? body : JSON.stringify(body),
    at: Date.UTC(2026, 0, 1),
  };
  return failureOf(answer, bodyOf(answer));
};
const graph = (code: number, more: object = {}) => ({
  error: { message: `(#${code}) Words`, type: 'OAuthException', code, ...more },
});
const kinds = (expected: CallFailure['kind'], answers: readonly (readonly [number, unknown])[]) => {
  for (const [status, body] of answers)
    assert.equal(read(status, body).kind, expected, `${status} ${JSON.stringify(body)}`);
};

describe('a call that failed as a whole', () => {
  it('is the token’s fault', () => {
    kinds('token', [
      [401, graph(190, { error_subcode: 463 })],
      [400, graph(190)],
      [401, graph(104)],
      [401, { error: 'Invalid API key' }],
      [403, { error: 'Invalid API key' }],
      [401, { error: { message: 'Unauthorized', type: 'OAuthException', code: 401 } }],
      [401, '<html>'],
      [401, ''],
      [403, { meta: { success: false, http_code: 403, developer_message: 'Invalid token' } }],
      [200, { meta: { success: false, httpCode: 401, developerMessage: 'Unauthorized' } }],
      [401, { meta: { success: false, httpCode: 400, developerMessage: 'Bad request' } }],
    ]);
  });

  it('asked too much', () => {
    kinds('busy', [
      ...[4, 17, 32, 613, 80007, 130429].map((code) => [400, graph(code, { is_transient: true })] as const),
      [429, { error: 'Rate limit exceeded', message: 'Try again in 3 s' }],
      [429, ''],
      [429, '<html>'],
      [400, { error: 'Number of requests exceeded' }],
      [400, { error: 'Rate limit reached' }],
      [400, { meta: { success: false, httpCode: 400, developerMessage: 'The limit was exceeded' } }],
    ]);
  });

  it('may succeed later', () => {
    kinds('broken', [
      ...[1, 2, 139100, 139102, 139103].map((code) => [400, graph(code)] as const),
      [400, graph(131000, { is_transient: true })],
      [500, graph(100)],
      [500, { error: 'Internal server error' }],
      [502, '<html><body>Bad gateway</body></html>'],
      [503, ''],
      [400, 'Bad Request'],
      [404, '<!doctype html>'],
      [408, { error: 'Request timeout' }],
      [301, ''],
      [307, { success: true }],
      [200, '<html>'],
      [200, {}],
      [200, { error: 'odd' }],
      [100, {}],
      [200, { meta: { success: false, http_code: 500 } }],
    ]);
  });

  it('is of a number that the provider does not know', () => {
    kinds('number', [
      [400, graph(100, { error_subcode: 33 })],
      [404, graph(100, { error_subcode: 33, type: 'GraphMethodException' })],
    ]);
    kinds('refused', [[400, graph(200, { error_subcode: 33 })]]);
  });

  it('is refused finally', () => {
    kinds('refused', [
      [400, graph(100, { error_subcode: 34 })],
      [403, graph(10)],
      [403, { error: 'The endpoint is blocked' }],
      [404, { error: 'Not found' }],
      [413, { error: 'Too large' }],
      [400, { error: { message: 'Invalid phone number format', type: 'x', code: 400 } }],
      [400, { meta: { success: false, http_code: 400, developer_message: 'Bad request' } }],
      [200, graph(100)],
      [400, {}],
    ]);
  });

  it('comes with a sentence that says it', () => {
    for (const [status, body, details] of [
      [502, '<html>', 'The provider answered 502 with HTML'],
      [500, '', 'The provider answered 500 without JSON'],
      [200, {}, 'The provider answered 200 without saying what it did'],
      [302, '', 'The provider answered 302: redirects are not followed'],
      [404, { error: 'Not found' }, 'The provider answered 404: Not found'],
      [
        429,
        { error: 'Rate limit exceeded', message: 'In 3 s' },
        'The provider answered 429: Rate limit exceeded: In 3 s',
      ],
      [400, graph(100, { error_data: { details: 'Odd' } }), 'The provider answered 400: (#100) Words: Odd'],
      [401, graph(190), 'The provider answered 401: it does not accept the token'],
    ] as const) {
      assert.equal(read(status, body).told.details, details);
    }
    assert.deepEqual(read(400, graph(10)).told, {
      code: 10,
      message: '(#10) Words',
      details: 'The provider answered 400: (#10) Words',
    });
  });

  it('never tells a token that the provider quotes, nor more than a line', () => {
    const token = 'EAAGm0PX4ZCpsBAKZCq5lLw0nJZBZCh7rT9vXy';
    for (const [status, body] of [
      [401, graph(190, { message: `Malformed access token ${token}` })],
      [400, graph(190, { message: 'Malformed access token x1' })],
      [400, graph(100, { message: `No ${token}`, error_data: { details: token } })],
      [403, { error: `The key ${token} is blocked` }],
      [500, { error: token, message: token }],
      [500, token],
    ] as const) {
      const { told } = read(status, body);
      assert.doesNotMatch(JSON.stringify(told), new RegExp(`${token}|x1`));
    }
    const { details } = read(400, graph(100, { message: `a\n\tb\u0000c ${'long '.repeat(100_000)}` })).told;
    assert.match(details, /^The provider answered 400: a b c long .*…$/);
    assert.equal(details.length, 200);
  });

  it('tells when to come back, within an hour', () => {
    for (const [header, expected] of [
      [undefined, undefined],
      ['3', 3000],
      [' 0 ', 0],
      ['99999999', 3_600_000],
      ['9'.repeat(400), 3_600_000],
      ['Thu, 01 Jan 2026 00:01:00 GMT', 60_000],
      ['Wed, 31 Dec 2025 00:00:00 GMT', 0],
      ['Fri, 01 Jan 2027 00:00:00 GMT', 3_600_000],
      ['soon', undefined],
      ['', undefined],
    ] as const) {
      assert.equal(read(429, {}, header).retryAfter, expected, header);
    }
    assert.equal(read(503, {}, '2').retryAfter, 2000);
  });
});
