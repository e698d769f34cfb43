import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { defaultAccount } from '../../core/numbers.ts';
import { at, Caller, hour, nowhere, type OpenStore, one, phoneOf, phones, putNumber, two } from './fixture.contract.ts';
import { Pusher, waiting } from './pushes.fixture.contract.ts';
import {
  call,
  change,
  contact,
  intakeOf,
  message,
  ofAccount,
  ofOne,
  putHooked,
  status,
  Taker,
  textOf,
  url,
} from './webhooks.fixture.contract.ts';

const [anna = '', bert = '', cora = ''] = phones(3);
const day = 24 * hour;

export function intakeContract(open: OpenStore): void {
  const begin = async (t: Parameters<OpenStore>[0], blocked: 'drop' | 'tag' | 'hold' = 'drop') => {
    const store = await open(t, { seenFor: day });
    await putHooked(store, one, { url, blocked });
    return { store, taker: new Taker(store), caller: new Caller(store), pusher: new Pusher(store) };
  };

  describe('an intake', () => {
    it('leaves out what was there before, in the same POST or another, as long as it is known', async (t) => {
      const { store, taker } = await begin(t);
      const first = change(one, { contacts: [contact(anna)], messages: [message(anna, 'a'), message(anna, 'a')] });
      assert.deepEqual(await taker.take(first), { apps: [ofOne], opened: [], messages: 1, blocked: 0 });
      assert.deepEqual(await taker.take(first), { apps: [], opened: [], messages: 0, blocked: 0 });
      const more = change(one, {
        contacts: [contact(anna), contact(bert), contact(cora)],
        messages: [message(anna, 'a'), message(bert, 'b')],
        statuses: [status('a'), status('a', 'sent'), status('a')],
      });
      assert.equal((await taker.take(more)).messages, 1);
      assert.deepEqual(await taker.told(), ['a', 'b a a']);
      const [, { body } = { body: '' }] = await taker.waiting();
      assert.ok(!body.includes(anna), 'the contact went with the message');
      assert.ok(body.includes(cora), 'a contact by itself stays');
      await taker.deliver();
      await putHooked(store, two, { url });
      await taker.take([first, change(two, { messages: [message(anna, 'a')] })]);
      assert.deepEqual(await taker.told({ kind: 'number', number: two }), ['a'], 'on another number it is another');
      await taker.take(change(one, { messages: [message(anna, undefined)] }));
      await taker.take(change(one, { messages: [message(anna, undefined)] }));
      await taker.take(change(one, { errors: [] }));
      await taker.take(change(one, { errors: [] }));
      assert.equal((await taker.waiting()).length, 4, 'what cannot be told from its repeats is always new');
      await taker.take(first, at + day - 1);
      assert.equal((await taker.waiting()).length, 4);
      await taker.take(first, at + day);
      assert.equal((await taker.waiting()).length, 5);
    });

    it('keeps in order what is of one user: what they wrote, and what is told of what they were sent', async (t) => {
      const { taker } = await begin(t);
      const said = change(one, {
        messages: [message(anna, 'a')],
        statuses: [status('b', 'sent', anna), status('c', 'read', cora), status('d')],
        message_echoes: [{ id: 'wamid.e', to: bert }],
      });
      await taker.take(said);
      assert.deepEqual((await taker.waiting())[0]?.keys, [
        `${one}/${anna}`,
        `${one}/${cora}`,
        `${one}/`,
        `${one}/${bert}`,
      ]);
    });

    it('passes on what it was, but for blocked users', async (t) => {
      const { taker, caller } = await begin(t);
      await caller.block(bert);
      const said = (...users: string[]) => [
        change(one, {
          unknown: { x: 1.5, z: 'é' },
          contacts: users.map(contact),
          messages: users.map((who, index) => message(who, `m${who}${index}`)),
          calls: users.map((who) => call(who, `c${who}`)),
          statuses: [status('s')],
        }),
      ];
      await taker.take(said(anna, cora));
      await taker.take([...said(bert), change(one, { messages: [message(cora, 'c')] })]);
      const [whole, cut] = await taker.waiting();
      assert.equal(whole?.body, textOf(said(anna, cora)));
      assert.deepEqual(whole?.keys, [`${one}/${anna}`, `${one}/${cora}`, `${one}/`]);
      const left = change(one, { unknown: { x: 1.5, z: 'é' } });
      assert.equal(cut?.body, textOf([left, change(one, { messages: [message(cora, 'c')] })]));
      const emptied = await taker.take(change(one, { contacts: [contact(bert)], messages: [message(bert, 'e')] }));
      assert.deepEqual(emptied, { apps: [], opened: [], messages: 1, blocked: 1 });
      assert.equal((await taker.take(change(one, { messages: [message(bert, 'e')] }))).messages, 0);
      await taker.take(change(one, { contacts: [contact(bert)], statuses: [status('t')] }));
      assert.ok(!(await taker.waiting()).at(-1)?.body.includes(bert), 'nor is a contact passed on');
    });

    it('marks what blocked users sent, or holds their messages', async (t) => {
      for (const blocked of ['tag', 'hold'] as const) {
        const { store, taker, caller } = await begin(t, blocked);
        await caller.block([bert, cora]);
        const users = [anna, bert, cora];
        const whole = change(one, {
          contacts: users.map(contact),
          messages: [...users, bert].map((who, index) => message(who, `m${index}`, at - 2000)),
          calls: [call(bert, 'c')],
          statuses: [status('s')],
        });
        assert.deepEqual(await taker.take([whole, whole]), { apps: [ofOne], opened: [], messages: 5, blocked: 4 });
        await taker.take(change(one, { contacts: [contact(bert)], statuses: [status('t')] }));
        assert.deepEqual(await taker.told(), blocked === 'tag' ? ['m0 s', 'm1 m2 m3 c!', 't'] : ['m0 s', 't']);
        const alone = (who: string, id: string) =>
          textOf([change(one, { contacts: [contact(who)], messages: [message(who, id, at - 2000)] })]);
        const held = await store.webhooks.held(one, { kind: 'wa_id', waId: bert as never }, 9);
        const expected = ['m1', 'm3'].map((id) => ({ id: `wamid.${id}`, at: at - 2000, body: alone(bert, id) }));
        assert.deepEqual(held, blocked === 'tag' ? [] : expected);
      }
    });

    it('goes on to the app of each number, else of its account', async (t) => {
      const { store, taker } = await begin(t);
      await putHooked(store, two, null);
      const from = (who: string, id: string) => ({ messages: [message(who, id)] });
      const changes = [
        change(one, from(anna, 'one')),
        change(two, from(bert, 'two')),
        change({ there: nowhere }, from(cora, 'other')),
        change(undefined, { event: 'news' }),
      ];
      assert.deepEqual((await taker.take(changes)).apps, [ofOne]);
      await taker.deliver();
      await store.directory.changeAccountApp(defaultAccount, { url });
      const again = await taker.take(changes);
      assert.deepEqual([again.apps, again.messages], [[ofAccount], 1], 'what nobody got is not known');
      const [shared, ...more] = await taker.waiting(ofAccount);
      assert.deepEqual([shared?.body, shared?.number, more], [textOf(changes.slice(2)), undefined, []]);
      assert.deepEqual(shared?.keys, [`${nowhere}/${cora}`, 'account']);
      await taker.deliver(ofAccount);
      await taker.take(change(two, from(bert, 'three')));
      assert.equal((await taker.waiting(ofAccount))[0]?.number, two);
      await store.directory.putNumber(one, { upstream: null }, at);
      await taker.take(change(one, from(anna, 'four')));
      assert.deepEqual([await taker.told(), (await taker.told(ofAccount)).at(-1)], [[], 'four']);
      const sandbox = { kind: 'sandbox', number: one } as const;
      await store.webhooks.takeIn(intakeOf([change(two, from(anna, 'five'))], at, sandbox));
      assert.deepEqual(await taker.told(), ['five']);
      const unknown = store.webhooks.takeIn(
        intakeOf([change(one, from(anna, 'x'))], at, { ...sandbox, number: nowhere }),
      );
      await assert.rejects(unknown, { reason: { kind: 'number_not_found', asked: nowhere } });
    });

    it('teaches what a message does, before it is decided who is blocked', async (t) => {
      const { taker, caller, pusher } = await begin(t);
      await caller.block([anna, 'US.b', cora]);
      await pusher.push(waiting());
      const before = await pusher.states();
      const learned = await taker.take([
        change(one, { contacts: [contact(`${bert} US.b`)], messages: [message(bert, 'b')] }),
        change(one, { messages: [message(`${anna} US.a`, 'a')], statuses: [status('s')] }),
      ]);
      assert.deepEqual(learned, { apps: [ofOne], opened: [one], messages: 2, blocked: 2 });
      assert.deepEqual(await taker.told(), ['s']);
      assert.deepEqual(await caller.names(), [`${anna} US.a`, `${bert} US.b`, cora]);
      assert.deepEqual([before, await pusher.states()], [Array(3).fill('waiting'), ['pending', 'pending', 'waiting']]);
      assert.deepEqual((await pusher.due()).sort(), [`block ${anna}`, `block ${bert}`]);
      assert.deepEqual((await taker.wrote('US.a', 'c')).blocked, 1, 'by the BSUID alone');
      assert.deepEqual(await taker.take(change(one, { calls: [call(cora, 'd')] })), {
        apps: [],
        opened: [one],
        messages: 1,
        blocked: 1,
      });
      assert.deepEqual((await taker.wrote(bert, 'b')).opened, [], 'a repeat teaches nothing');
    });

    it('knows a sender by the BSUID alone until a message shows the phone', async (t) => {
      const { taker, caller } = await begin(t);
      await taker.wrote('US.a', 'a');
      assert.deepEqual((await taker.waiting())[0]?.keys, [`${one}/US.a`]);
      await caller.block('US.a');
      await taker.wrote('US.a', 'b');
      await taker.wrote(`${anna} US.a`, 'c');
      await taker.wrote('US.a', 'd');
      assert.deepEqual([await taker.told(), await caller.names()], [['a'], [`${anna} US.a`]]);
      await caller.unblock(anna);
      await taker.wrote('US.a', 'e');
      assert.deepEqual((await taker.waiting())[1]?.keys, [`${one}/${anna}`]);
    });

    it('opens the window from when it was written, and never from later than now', async (t) => {
      const { store } = await begin(t);
      await putNumber(store, two, 'meta');
      const caller = new Caller(store, two);
      const from = { kind: 'sandbox', number: two } as const;
      const wrote = (who: string, id: string, time: number) =>
        store.webhooks.takeIn(intakeOf([change(two, { messages: [message(who, id, time)] })], at, from));
      const taken = await wrote(anna, 'a', at - 2 * hour);
      await wrote(bert, 'b', at + 9 * day);
      assert.deepEqual(taken, { apps: [], opened: [], messages: 1, blocked: 0 }, 'learned from without an app');
      assert.deepEqual(await caller.block([anna, bert], { at: at + 22 * hour + 1 }), ['window', 'added']);
      assert.deepEqual(await caller.block(anna, { at: at + 22 * hour }), ['added']);
      assert.equal((await caller.page()).count, 2);
      await wrote(cora, 'c', at);
      assert.deepEqual(await caller.block(cora, { at: at + day + 1 }), ['window']);
      assert.deepEqual(await caller.block(phoneOf(two).waId), ['self']);
    });
  });
}
