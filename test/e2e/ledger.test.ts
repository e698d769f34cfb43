import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Ledger, type LoggedEvent } from './ledger.ts';

const event = (id: number, action: string, wa_id: string, request_id: string): LoggedEvent => ({
  id: String(id),
  action,
  user: { wa_id },
  request_id,
});

/** Ann and Bob blocked in one request, Ann unblocked in another; one about Cid and Dan had no answer. */
function ledger(): Ledger {
  const known = new Ledger();
  known.acknowledge(['ann', 'bob'], 'block', 'r1');
  known.acknowledge(['ann'], 'unblock', 'r2');
  known.lose(['cid', 'dan'], 'block');
  return known;
}

const log = [event(1, 'block', 'ann', 'r1'), event(2, 'block', 'bob', 'r1'), event(3, 'unblock', 'ann', 'r2')];
const unanswered = [event(4, 'block', 'cid', 'r3'), event(5, 'block', 'dan', 'r3')];

describe('the ledger of the kill test', () => {
  it('takes what was acknowledged, with or without what had no answer', () => {
    ledger().settle(['bob'], 1, log);
    ledger().settle(['bob', 'cid', 'dan'], 3, [...log, ...unanswered]);
  });

  const faults: [what: string, list: string[], count: number, log: LoggedEvent[]][] = [
    ['a lost block', [], 0, []],
    ['a lost unblock', ['ann', 'bob'], 2, log.slice(0, 2)],
    ['a user who is listed twice', ['bob', 'bob'], 2, log],
    ['a wrong count', ['bob'], 2, log],
    ['a block without an event', ['bob', 'cid'], 2, log],
    ['an event without its block', [], 0, log],
    ['a doubled event', ['bob'], 1, [...log, event(4, 'block', 'bob', 'r1')]],
    ['an event under another request', ['bob'], 1, [...log.slice(0, 2), event(3, 'unblock', 'ann', 'r9')]],
    ['a stranger', ['bob', 'eve'], 2, [...log, event(4, 'block', 'eve', 'r4')]],
    ['half a request', ['bob', 'cid'], 2, [...log, event(4, 'block', 'cid', 'r3')]],
    ['an event out of order', ['bob'], 1, [log[1]!, log[0]!, log[2]!]],
  ];
  for (const [what, list, count, events] of faults) {
    it(`finds ${what}`, () => assert.throws(() => ledger().settle(list, count, events), assert.AssertionError));
  }
});
