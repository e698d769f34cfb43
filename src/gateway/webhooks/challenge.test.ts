import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { challengeIn } from './challenge.ts';

const asked = { 'hub.mode': 'subscribe', 'hub.verify_token': 'prove it', 'hub.challenge': '<b>42</b>' };
const query = (parameters: Record<string, string>) => String(new URLSearchParams(parameters));

describe('a verification request', () => {
  it('is answered with its challenge', () => {
    assert.equal(challengeIn(query(asked), 'prove it'), '<b>42</b>');
    assert.equal(challengeIn(`unknown=1&unknown=2&${query(asked)}`, 'prove it'), '<b>42</b>');
    assert.equal(challengeIn(query({ ...asked, 'hub.verify_token': 'é &+%' }), 'é &+%'), '<b>42</b>');
    assert.equal(challengeIn(query({ ...asked, 'hub.challenge': '4'.repeat(500) }), 'prove it'), '4'.repeat(500));
  });

  for (const [what, parameters] of Object.entries({
    'says another token': query({ ...asked, 'hub.verify_token': 'guess' }),
    'says the token and more': query({ ...asked, 'hub.verify_token': 'prove it!' }),
    'asks for something else': query({ ...asked, 'hub.mode': 'unsubscribe' }),
    'has an empty token': query({ ...asked, 'hub.verify_token': '' }),
    'has an empty challenge': query({ ...asked, 'hub.challenge': '' }),
    'has a challenge that is too long': query({ ...asked, 'hub.challenge': '4'.repeat(501) }),
    'has no parameters': '',
    ...Object.fromEntries(
      Object.entries(asked).flatMap(([name, value]) => [
        [`has ${name} twice`, `${query(asked)}&${query({ [name]: value })}`],
        [`has no ${name}`, query(Object.fromEntries(Object.entries(asked).filter(([other]) => other !== name)))],
      ]),
    ),
  })) {
    it(`is refused if it ${what}`, () => assert.equal(challengeIn(parameters, 'prove it'), undefined));
  }

  it('is refused where the token is empty', () => {
    assert.equal(challengeIn(query({ ...asked, 'hub.verify_token': '' }), ''), undefined);
  });
});
