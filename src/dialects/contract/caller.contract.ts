/** A caller and its dialect share one wire: each understands what the other says. */
import assert from 'node:assert/strict';
import { it } from 'node:test';
import fc from 'fast-check';
import { Refusal } from '../../core/errors.ts';
import type { Outcome } from '../../core/outcome.ts';
import type { KnownIds, UserId } from '../../core/user.ts';
import type { Dialect, Line, OutwardAnswer, OutwardCall, WireAnswer, WireRequest } from '../dialect.ts';
import type { DialectWire } from './dialect-wire.contract.ts';
import { reasons } from './refusals.contract.ts';
import { businessNumber, numberId, wireRequest } from './request.contract.ts';

const line: Line = { numberId, token: 'up-token_0123456789', apiVersion: null };

/** How a caller reads each refusal that is not final. */
const passing: Readonly<Record<string, 'token' | 'busy' | 'broken'>> = {
  no_credential: 'token',
  unknown_credential: 'token',
  expired_credential: 'token',
  revoked_credential: 'token',
  not_one_number: 'token',
  rate_limited: 'busy',
  too_many_users: 'busy',
  overloaded: 'broken',
  upstream_failed: 'broken',
  store_unavailable: 'broken',
  internal: 'broken',
  // Of a list it is a reading of its own.
  list_changed: 'broken',
};

export function callerContract(dialect: Dialect, wire: DialectWire): void {
  const { caller } = dialect;

  it('sends changes that its own dialect understands', () =>
    fc.assert(
      fc.asyncProperty(goal, users, fc.constantFrom(null, 'v23.0'), async (kind, some, apiVersion) => {
        const request = toRequest(caller.change(kind, some, { ...line, apiVersion }));
        const call = await dialect.parse(request);
        assert.ok(dialect.claims(request));
        assert.deepEqual(call.credential, { secret: line.token });
        assert.deepEqual(
          call.number,
          wire.path.includes(numberId) ? { kind: 'named', id: numberId } : { kind: 'of_the_key' },
        );
        assert.deepEqual(call.command, { kind, users: some.map((user) => ({ input: idOf(user), user })) });
        assert.equal(JSON.parse(String(request.body)).messaging_product, 'whatsapp');
      }),
    ));

  it('asks for pages as its own dialect understands', () =>
    fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: caller.maxPage }),
        fc.option(fc.string({ minLength: 1 })),
        async (limit, after) => {
          const page = { limit, ...(after !== null && { after }) };
          const call = await dialect.parse(toRequest(caller.list(page, line)));
          assert.deepEqual(call.credential, { secret: line.token });
          assert.deepEqual(call.command, { kind: 'list', ...page });
        },
      ),
    ));

  it('takes a path as its dialect gives it', () => {
    for (const rest of ['', '/', '/media', '/a%20b/c/', '/flows/1']) {
      const path = caller.path({ version: 'v23.0', numberId, rest }, 'v22.0');
      const place = rest.length > 1 ? dialect.place(wireRequest({ path })) : undefined;
      assert.ok(path.startsWith('/') && path.endsWith(rest));
      if (place) assert.equal(place.rest, rest);
      if (place?.version !== undefined) assert.equal(place.version, 'v23.0');
    }
    const object = dialect.place(wireRequest({ path: caller.path({ version: undefined, rest: '/123/x' }, 'v22.0') }));
    assert.deepEqual([object.number, object.whole], [{ kind: 'named', id: '123' }, '/123/x']);
    assert.match(object.version ?? 'v22.0', /^v22\.0$/);
  });

  it('reads of each user what its dialect says', () =>
    fc.assert(
      fc.property(
        goal,
        users,
        fc.infiniteStream(fate),
        fc.constantFrom(400, 200),
        (kind, some, fates, partialFailureStatus) => {
          const outcomes = some.map((user): Outcome => {
            const told = fates.next().value ?? undefined;
            const input = idOf(user);
            if (told) return { kind: 'refused', input, user, why: 'provider', told };
            return { kind: kind === 'block' ? 'added' : 'was_not_there', input, user };
          });
          const number = businessNumber({ partialFailureStatus });
          const answer = dialect.render({ kind, outcomes, number }, wireRequest({ path: wire.path }));
          assert.deepEqual(caller.readChange(kind, some, toAnswer(answer)), {
            kind: 'told',
            users: outcomes.map((outcome) =>
              outcome.kind === 'refused' ? { kind: 'refused', told: outcome.told } : { kind: 'done' },
            ),
          });
        },
      ),
    ));

  it('reads the lists that its dialect shows', () =>
    fc.assert(
      fc.property(fc.array(known), (entries) => {
        const cursors = { before: 'b+/=&', after: 'ü a' };
        const page = { entries, limit: 25, hasBefore: true, hasAfter: true, ...(entries.length > 0 && { cursors }) };
        const answer = dialect.render({ kind: 'list', page: page as never }, wireRequest({ path: wire.path }));
        assert.deepEqual(caller.readList(toAnswer(answer)), {
          kind: 'page',
          users: entries,
          ...(entries.length > 0 && { after: cursors.after }),
        });
      }),
    ));

  it('reads every refusal of its dialect: what passes by itself, what the token causes, and what is final', () => {
    const request = wireRequest({ method: 'POST', path: wire.path });
    for (const reason of Object.values(reasons('x'))) {
      const answer = toAnswer(dialect.renderError(new Refusal(reason), request));
      const read = caller.readChange('block', [{ kind: 'wa_id', waId: '16505551234' as never }], answer);
      assert.ok(read.kind === 'failed');
      const { kind, told, retryAfter } = read.failure;
      const final = answer.body.includes('"error_subcode":33') ? 'number' : 'refused';
      assert.equal(kind, passing[reason.kind] ?? final, reason.kind);
      assert.equal(retryAfter, 'retryAfter' in reason ? reason.retryAfter * 1000 : undefined);
      assert.match(told.details, /^The provider answered \d+(: .+| .+)$/);
      const list = caller.readList(answer);
      if (reason.kind === 'list_changed') assert.deepEqual(list, { kind: 'changed' });
      else assert.deepEqual(list, read);
    }
  });

  it('throws for nothing that comes back, and believes only what is named', () =>
    fc.assert(
      fc.property(goal, users, garbage, (kind, some, answer) => {
        caller.readList(answer);
        const read = caller.readChange(kind, some, answer);
        if (read.kind === 'failed') {
          assert.ok(read.failure.told.details.length <= 200);
          return;
        }
        assert.equal(read.users.length, some.length);
        for (const [index, { kind: what }] of read.users.entries()) {
          if (what !== 'silent') assert.ok(answer.body.includes(idOf(some[index]!)));
        }
      }),
      { numRuns: 2000 },
    ));
}

const goal = fc.constantFrom('block', 'unblock');
const waId = fc.stringMatching(/^[1-9][0-9]{6,14}$/);
const userId = fc.stringMatching(/^[A-Z]{2}\.[A-Za-z0-9]{1,30}$/);
const user = fc.oneof(
  waId.map((id) => ({ kind: 'wa_id', waId: id }) as UserId),
  userId.map((id) => ({ kind: 'user_id', userId: id }) as UserId),
);
const users = fc.uniqueArray(user, { selector: idOf, minLength: 1, maxLength: 8 });
const words = fc.stringMatching(/^[A-Za-z][a-z ]{0,30}[a-z]$/).map((text) => text.replace(/ +/g, ' '));
const fate = fc.option(fc.record({ code: fc.nat(), message: words, details: words }, { noNullPrototype: true }));
const known = fc
  .record({ waId, userId }, { requiredKeys: [], noNullPrototype: true })
  .filter((ids) => ids.waId !== undefined || ids.userId !== undefined) as fc.Arbitrary<KnownIds>;

/** Answers near enough to right ones to be looked into. */
const odd = fc.oneof(fc.jsonValue(), fc.constantFrom('16505551234', 139100, 'US.1', [], {}, null));
const item = fc.oneof(odd, fc.record({ input: odd, wa_id: odd, user_id: odd, errors: odd }, { requiredKeys: [] }));
const items = fc.oneof(odd, fc.array(item));
const lists = fc.record({ added_users: items, removed_users: items, failed_users: items }, { requiredKeys: [] });
const shaped = fc.record(
  {
    success: odd,
    block_users: fc.oneof(odd, lists),
    error: fc.oneof(odd, fc.record({ code: odd, message: odd, error_data: odd, is_transient: odd })),
    meta: odd,
    data: items,
    paging: fc.oneof(odd, fc.record({ cursors: fc.oneof(odd, fc.record({ after: odd })) })),
  },
  { requiredKeys: [] },
);
const garbage: fc.Arbitrary<OutwardAnswer> = fc.record({
  status: fc.oneof(fc.constantFrom(200, 400, 401, 302, 429, 500), fc.integer()),
  retryAfter: fc.oneof(fc.constant(undefined), fc.string(), fc.integer().map(String)),
  body: fc.oneof(
    fc.string(),
    shaped.map((body) => JSON.stringify(body)),
  ),
  at: fc.constant(0),
});

function idOf(one: UserId): string {
  return one.kind === 'wa_id' ? one.waId : one.userId;
}

function toRequest({ method, path, headers, body }: OutwardCall): WireRequest {
  const [plain = '', query] = path.split('?');
  return wireRequest({
    method,
    path: plain,
    headers,
    ...(query !== undefined && { query }),
    ...(body !== undefined && { body }),
  });
}

function toAnswer({ status, headers, body }: WireAnswer): OutwardAnswer {
  return { status, retryAfter: headers['retry-after'], body, at: 0 };
}
