import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  bodyFor,
  itemsOf,
  type ListText,
  partsOf,
  type Webhook,
  type WebhookItem,
  type WebhookItems,
  type WebhookPart,
} from './webhook.ts';

const list = <Element>(before: string, elements: readonly Element[], after: string): ListText<Element> => ({
  before,
  elements,
  after,
});

const itemsText = (name: string, kind: WebhookItem['kind'], texts: readonly string[]): WebhookItems =>
  list(
    `"${name}":[`,
    texts.map((text) => ({ kind, text })),
    ']',
  );

const change = (elements: WebhookPart['elements'], saysMore = false): WebhookPart => ({
  ...list('{', elements, '}'),
  senders: [],
  saysMore,
});

const post = (...entries: readonly (readonly WebhookPart[])[]): Webhook =>
  list(
    '{"entry":[',
    entries.map((parts) => list('[', parts, ']')),
    '] }',
  );

const all = () => true;
const without =
  (...texts: readonly string[]) =>
  (_part: WebhookPart, item: WebhookItem) =>
    !texts.includes(item.text);

const messages = (...texts: string[]) => itemsText('messages', 'message', texts);
const contacts = (...texts: string[]) => itemsText('contacts', 'contact', texts);

describe('the body that is put together', () => {
  it('is the whole with everything kept', () => {
    const webhook = post([change(['"a":1', messages(' 1', '2 ')]), change(['"b":2'], true)], [change([messages('3')])]);
    assert.equal(bodyFor(webhook, all, all), '{"entry":[[{"a":1,"messages":[ 1,2 ]},{"b":2}],[{"messages":[3]}]] }');
  });

  it('has a comma between what is left only', () => {
    const webhook = post([change([messages('1', ' 2', '3 ')])]);
    const left = (...cut: string[]) => bodyFor(webhook, all, without(...cut));
    assert.equal(left('1'), '{"entry":[[{"messages":[ 2,3 ]}]] }');
    assert.equal(left(' 2'), '{"entry":[[{"messages":[1,3 ]}]] }');
    assert.equal(left('3 '), '{"entry":[[{"messages":[1, 2]}]] }');
    assert.equal(left('1', '3 '), '{"entry":[[{"messages":[ 2]}]] }');
  });

  it('has no list whose items were all cut, first, between or last', () => {
    const statuses = itemsText('statuses', 'status', ['s']);
    const left = (...members: WebhookPart['elements']) => bodyFor(post([change(members)]), all, without('1', '2'));
    assert.equal(left(messages('1', '2'), statuses), '{"entry":[[{"statuses":[s]}]] }');
    assert.equal(left('"a":1', messages('1'), statuses), '{"entry":[[{"a":1,"statuses":[s]}]] }');
    assert.equal(left(statuses, messages('2')), '{"entry":[[{"statuses":[s]}]] }');
  });

  it('has no change that was emptied, and no entry without changes', () => {
    const one = change(['"a":1', contacts('c1', 'c2'), messages('1', '2')]);
    const other = change([messages('3')]);
    const cut = without('1', '2', 'c1');
    assert.equal(bodyFor(post([one, other]), all, cut), '{"entry":[[{"messages":[3]}]] }');
    assert.equal(bodyFor(post([one], [other]), all, cut), '{"entry":[[{"messages":[3]}]] }');
    assert.equal(bodyFor(post([one], [one]), all, cut), undefined);
  });

  it('keeps what says more than its items, and what had no items', () => {
    const more = change(['"errors":[]', messages('1')], true);
    assert.equal(bodyFor(post([more]), all, without('1')), '{"entry":[[{"errors":[]}]] }');
    const bare = change(['"messages":[]']);
    assert.equal(bodyFor(post([bare]), all, without('1')), '{"entry":[[{"messages":[]}]] }');
  });

  it('keeps a change of contacts as long as it has one', () => {
    const webhook = post([change([contacts('c1', 'c2')])]);
    assert.equal(bodyFor(webhook, all, without('c1')), '{"entry":[[{"contacts":[c2]}]] }');
    assert.equal(bodyFor(webhook, all, without('c1', 'c2')), undefined);
  });

  it('has the changes of one number only, and asks for no item of the others', () => {
    const [one, other] = [change([messages('1')]), change([messages('2')])];
    const asked: string[] = [];
    const body = bodyFor(
      post([one, other], [other]),
      (part) => part === one,
      (part, item) => asked.push(item.text) > 0 && part === one,
    );
    assert.equal(body, '{"entry":[[{"messages":[1]}]] }');
    assert.deepEqual(asked, ['1']);
    assert.equal(
      bodyFor(post([other]), (part) => part === one, all),
      undefined,
    );
  });

  it('is made of parts and items that are listed in their order', () => {
    const webhook = post([change([contacts('c'), '"a":1', messages('1', '2')])], [change(['"b":1'])]);
    assert.deepEqual(
      partsOf(webhook).map((part) => itemsOf(part).map(({ text }) => text)),
      [['c', '1', '2'], []],
    );
  });
});
