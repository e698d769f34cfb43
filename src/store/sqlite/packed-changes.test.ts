import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { Outcome, UserRefusal } from '../../core/outcome.ts';
import type { ListChange } from '../../core/ports.ts';
import { type AskedUser, isUserId, parseUser } from '../../core/user.ts';
import { asked, at, by, one, user } from '../contract/fixture.contract.ts';
import { packChange, packOutcomes, unpackChange, unpackOutcomes } from './packed-changes.ts';

const texts = fc.constantFrom(
  '+49 151 00000001',
  '4915100000001',
  '5511987654321',
  'US.abc',
  'US.ENT.abc',
  'nobody',
  '',
);
const more = fc.constantFrom({}, { reason: null }, { reason: 'a reason' }, { held: 'replay' }, {
  held: 'delete',
} as const);
const why = fc.constantFrom<UserRefusal>('self', 'business', 'window', 'capacity');
const kind = fc.constantFrom<Exclude<Outcome['kind'], 'refused'>>('added', 'already_there', 'removed', 'was_not_there');

/** An outcome as the core gives it: shown as asked, or as the wa_id that the person is listed under. */
function outcomeOf({ input, user: who }: AskedUser): fc.Arbitrary<Outcome> {
  if (!isUserId(who)) return fc.constant({ kind: 'refused', input, why: who.kind });
  const shown = who.kind === 'wa_id' ? fc.constantFrom(who, user('551187654321')) : fc.constant(who);
  return fc.oneof(
    fc.record({ kind, input: fc.constant(input), user: shown }, { noNullPrototype: true }),
    fc.record(
      { kind: fc.constant('refused' as const), input: fc.constant(input), user: shown, why },
      { noNullPrototype: true },
    ),
  );
}

describe('a packed request', () => {
  it('means the same users, under all that stands beside them', () => {
    fc.assert(
      fc.property(fc.array(texts, { maxLength: 20 }), more, (inputs, rest) => {
        const change = { number: one, users: asked(...inputs), by, at, ...(rest as Partial<ListChange>) };
        const unpacked = unpackChange(structuredClone(packChange(change)));
        assert.deepEqual(unpacked, {
          ...change,
          users: inputs.map((input) => ({ input: '', user: parseUser(input) })),
        });
      }),
    );
  });

  it('is answered with the outcomes of who was asked for', () => {
    const outcomes = fc
      .array(texts, { maxLength: 20 })
      .chain((inputs) => fc.tuple(fc.constant(asked(...inputs)), fc.tuple(...asked(...inputs).map(outcomeOf))));
    fc.assert(
      fc.property(outcomes, ([users, given]) => {
        assert.deepEqual(unpackOutcomes(packOutcomes(given, users), users), given);
      }),
    );
  });
});
