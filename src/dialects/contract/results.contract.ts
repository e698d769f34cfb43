import assert from 'node:assert/strict';
import { it } from 'node:test';
import fc from 'fast-check';
import { validateContract } from '../../../test/helpers/contract-schemas.ts';
import { validateOwn } from '../../../test/helpers/own-schemas.ts';
import type { Outcome, Refused, UserRefusal } from '../../core/outcome.ts';
import type { BlockEntry } from '../../core/ports.ts';
import type { UserId } from '../../core/user.ts';
import type { Dialect } from '../dialect.ts';
import type { DialectWire } from './dialect-wire.contract.ts';
import { businessNumber, requestId, wireRequest } from './request.contract.ts';

const refusals: Readonly<Record<Exclude<UserRefusal, 'provider'>, number>> = {
  not_a_user: 131047,
  parent_user_id: 100,
  self: 131021,
  business: 100,
  window: 131047,
  capacity: 139101,
  unsettled: 139103,
};

export function resultsContract(dialect: Dialect, wire: DialectWire): void {
  const methods = { block: 'POST', unblock: 'DELETE' } as const;
  const names = { block: 'added_users', unblock: 'removed_users' } as const;
  const render = (kind: 'block' | 'unblock', outcomes: readonly Outcome[], partialFailureStatus: 400 | 200 = 400) => {
    const request = wireRequest({ method: methods[kind], path: wire.path });
    const answer = dialect.render({ kind, outcomes, number: businessNumber({ partialFailureStatus }) }, request);
    const body = JSON.parse(answer.body);
    assert.deepEqual(validateContract(wire.documented, methods[kind], answer.status, body), []);
    assert.deepEqual(validateOwn(dialect.name, methods[kind], answer.status, body), []);
    return { ...answer, body };
  };

  it('tells of every user of a block or unblock once, in the order asked', () =>
    fc.assert(
      fc.property(fc.constantFrom('block', 'unblock'), fc.array(outcome), (kind, outcomes) => {
        const { block_users: lists } = render(kind, outcomes).body;
        const done = outcomes.filter((one) => one.kind !== 'refused');
        const failed = outcomes.filter((one) => one.kind === 'refused');
        assert.deepEqual(lists[names[kind]] ?? [], done.map(toItem));
        assert.deepEqual((lists.failed_users ?? []).map(withoutErrors), failed.map(toItem));
        assert.deepEqual(
          (lists.failed_users ?? []).map((item: { errors: { code: number }[] }) => item.errors[0]?.code),
          failed.map(codeOf),
        );
        assert.equal('failed_users' in lists, failed.length > 0);
        assert.equal(names[kind] in lists, done.length > 0 || failed.length === 0);
      }),
    ));

  it('passes on what a provider says of a user as it is', () => {
    const words = { code: 131047, message: 'Re-engagement required', details: 'The user has to write first' };
    const { body } = render('block', [{ kind: 'refused', input: '1', why: 'provider', told: words }]);
    const { code, message, details } = words;
    assert.deepEqual(body.block_users.failed_users[0].errors, [{ message, code, error_data: { details } }]);
  });

  it('answers 200 without an error when nobody was refused, else the number’s status and 139100', () =>
    fc.assert(
      fc.property(
        fc.constantFrom('block', 'unblock'),
        fc.array(outcome),
        fc.constantFrom(400, 200),
        (kind, outcomes, asked) => {
          const { status, body } = render(kind, outcomes, asked);
          const refused = outcomes.some((one) => one.kind === 'refused');
          assert.equal(status, refused ? asked : 200);
          assert.equal(body.error?.code, refused ? 139100 : undefined);
          assert.equal(body.error?.fbtrace_id, refused ? requestId : undefined);
        },
      ),
    ));

  const list = (entries: readonly BlockEntry[], query: string, limit = 25) => {
    const request = { ...wireRequest({ path: wire.path, query }), baseUrl: 'https://gate.example/prefix' };
    const cursors = { before: 'b+/=&', after: 'ü a' };
    const page = { entries, limit, hasBefore: true, hasAfter: true, ...(entries.length > 0 && { cursors }) };
    const answer = dialect.render({ kind: 'list', page }, request);
    const body = JSON.parse(answer.body);
    assert.equal(answer.status, 200);
    assert.deepEqual(validateContract(wire.documented, 'GET', 200, body), []);
    assert.deepEqual(validateOwn(dialect.name, 'GET', 200, body), []);
    return body;
  };

  it('shows a row for every entry, with the ids that are known', () =>
    fc.assert(
      fc.property(fc.array(entry, { minLength: 1 }), (entries) => {
        const { data, paging } = list(entries, '');
        const shown = data.map((row: Record<string, unknown>) => [
          row['messaging_product'],
          row['wa_id'],
          row['user_id'],
        ]);
        assert.deepEqual(
          shown,
          entries.map(({ waId, userId }) => ['whatsapp', waId, userId]),
        );
        assert.deepEqual(paging.cursors, { before: 'b+/=&', after: 'ü a' });
      }),
    ));

  it('shows an empty page as an empty array alone', () => {
    assert.deepEqual(list([], ''), { data: [] });
  });

  it('links to pages that are read with the same cursor and limit, whatever else the query held', () =>
    fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(queryName, fc.string())),
        fc.integer({ min: 1, max: 1000 }),
        async (query, limit) => {
          const { paging } = list(
            [{ ...known, waId: '16505551234' } as BlockEntry],
            new URLSearchParams(query).toString(),
            limit,
          );
          for (const [link, expected] of [
            [paging.next, { after: 'ü a' }],
            [paging.previous, { before: 'b+/=&' }],
          ]) {
            const url = new URL(link);
            assert.equal(url.origin + url.pathname, `https://gate.example/prefix${wire.path}`);
            assert.equal(url.searchParams.has('access_token'), false);
            const call = await dialect.parse(wireRequest({ path: wire.path, query: url.search.slice(1) }));
            assert.deepEqual(call.command, { kind: 'list', limit, ...expected });
          }
        },
      ),
    ));
}

const waId = fc.stringMatching(/^[1-9][0-9]{6,14}$/);
const userId = fc.stringMatching(/^[A-Z]{2}\.[A-Za-z0-9]{1,30}$/);
const user = fc.oneof(
  waId.map((id) => ({ kind: 'wa_id', waId: id }) as UserId),
  userId.map((id) => ({ kind: 'user_id', userId: id }) as UserId),
);
const told = fc.record({ code: fc.nat(), message: fc.string(), details: fc.string() });
const outcome: fc.Arbitrary<Outcome> = fc.oneof(
  fc.record({ kind: fc.constantFrom('added', 'already_there', 'removed', 'was_not_there'), input: fc.string(), user }),
  fc.record(
    { kind: fc.constant('refused'), input: fc.string(), user, why: fc.constantFrom(...Object.keys(refusals)) },
    { requiredKeys: ['kind', 'input', 'why'] },
  ),
  fc.record({ kind: fc.constant('refused'), input: fc.string(), user, why: fc.constant('provider'), told }),
) as fc.Arbitrary<Outcome>;

function codeOf({ why, told: words }: Refused): number | undefined {
  return why === 'provider' ? words?.code : refusals[why];
}

const known = { seq: 1, blockedAt: 0, by: { dialect: 'x', keyId: null, requestId } };
const entry = fc
  .record({ waId, userId }, { requiredKeys: [] })
  .filter((ids) => ids.waId !== undefined || ids.userId !== undefined)
  .map((ids) => ({ ...known, ...ids }) as BlockEntry);

const queryName = fc.constantFrom('access_token', 'limit', 'after', 'before', 'fields', 'a b', 'appsecret_proof');

function toItem({ input, user: shown }: Outcome): object {
  if (!shown) return { input };
  return shown.kind === 'wa_id' ? { input, wa_id: shown.waId } : { input, user_id: shown.userId };
}

function withoutErrors({ errors: _, ...item }: { errors: unknown }): object {
  return item;
}
