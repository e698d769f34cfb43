import assert from 'node:assert/strict';
import { it } from 'node:test';
import fc from 'fast-check';
import { validateOwn } from '../../../test/helpers/own-schemas.ts';
import { Refusal } from '../../core/errors.ts';
import { type Dialect, sendEdges } from '../dialect.ts';
import type { DialectWire } from './dialect-wire.contract.ts';
import { carriers, wireRequest } from './request.contract.ts';

const product = { messaging_product: 'whatsapp' };
const bsuid = 'US.13491208655302741918';
const parent = 'US.ENT.11815799212886844830';

export function sendsContract(dialect: Dialect, wire: DialectWire): void {
  const request = (edge: string, body: object, more: object = {}) =>
    wireRequest({
      method: 'POST',
      path: wire.path.replace('block_users', edge),
      headers: { ...wire.present('secret'), 'content-type': 'application/json' },
      body: JSON.stringify({ ...product, ...body }),
      ...more,
    });
  const parse = async (edge: string, body: object) => (await dialect.parse(request(edge, body))).command;
  const refused = async (edge: string, body: object) => {
    const command = await parse(edge, body);
    assert.ok(command instanceof Refusal, JSON.stringify(body));
    return command.reason;
  };

  it('reads for whom a send is, on each edge, and nothing else of it', async () => {
    const user = { kind: 'wa_id', waId: '16505551234' };
    const to = { input: '+1 (650) 555-1234', user };
    const recipient = { input: bsuid, user: { kind: 'user_id', userId: bsuid } };
    for (const edge of sendEdges) {
      for (const [body, expected] of [
        [{ to: to.input, type: 'text', text: { body: 'x' } }, [to]],
        [{ recipient: bsuid }, [recipient]],
        [{ to: bsuid }, [recipient]],
        [{ to: to.input, recipient: bsuid }, [to, recipient]],
        [{ recipient: parent }, [{ input: parent }]],
        [{ to: 'Y2FwaV9ncm91cDox', recipient_type: 'group' }, [{ input: 'Y2FwaV9ncm91cDox' }]],
        [{ to: '16315555432-1504304604', recipient_type: 'group' }, [{ input: '16315555432-1504304604' }]],
        [{ to: to.input, recipient_type: 'group' }, [to]],
        [{ to: to.input, recipient: '', type: 'odd', status: 7 }, [to]],
      ] as const) {
        assert.deepEqual(await parse(edge, body), { kind: 'send', sending: { edge, to: expected } });
      }
    }
    for (const edge of ['messages', 'marketing_messages']) {
      const receipt = { status: 'read', message_id: 'wamid.abc' };
      assert.deepEqual(await parse(edge, receipt), { kind: 'send', sending: { edge, to: [] } });
      assert.deepEqual(await refused(edge, { call_id: 'wacid.abc' }), { kind: 'missing_parameter', name: 'to' });
    }
    const step = { call_id: 'wacid.abc', action: 'terminate' };
    assert.deepEqual(await parse('calls', step), { kind: 'send', sending: { edge: 'calls', to: [] } });
  });

  it('takes a send however its parameters come', async () => {
    for (const [what, carry] of Object.entries(carriers)) {
      const path = wire.path.replace('block_users', 'messages');
      const present = wire.present('secret');
      const parts = carry({ ...product, to: '+16505551234', text: { body: 'Hello' } });
      const { command } = await dialect.parse(
        wireRequest({ method: 'POST', path, ...parts, headers: { ...present, ...parts.headers } }),
      );
      assert.ok(!(command instanceof Refusal) && command.kind === 'send', what);
      assert.equal(command.sending.to[0]?.input, '+16505551234');
    }
  });

  it('refuses what is for nobody, or for what is no user', async () => {
    for (const edge of sendEdges) {
      for (const body of [{}, { to: '' }, { to: null }, { text: { body: 'x' } }]) {
        assert.deepEqual(await refused(edge, body), { kind: 'missing_parameter', name: 'to' });
      }
      for (const to of [16505551234, ['+16505551234'], { phone: 1 }, true]) {
        assert.deepEqual(await refused(edge, { to }), { kind: 'wrong_parameter', name: 'to', expected: 'a string' });
      }
      for (const [name, text] of [
        ['to', 'Ann'],
        ['to', '123'],
        ['to', '0165055512345'],
        ['recipient', 'us.1'],
        ['recipient', '+1650555123x'],
      ] as const) {
        const { kind, ...rest } = await refused(edge, { to: '+16505551234', [name]: text });
        assert.deepEqual([kind, 'name' in rest && rest.name], ['wrong_parameter', name], text);
      }
    }
    // Another reader may find a second recipient in them.
    for (const name of ['To', ' to', 'to[]', 'to[0]', 'to\u0000', 'RECIPIENT', 'recipient[id]', 'Recipient_Type']) {
      const { kind, ...rest } = await refused('messages', { to: '+16505551234', [name]: '+16505559876' });
      const meant = /recipient_type|recipient|to/i.exec(name)?.[0].toLowerCase();
      assert.deepEqual([kind, 'name' in rest && rest.name], ['wrong_parameter', meant], name);
    }
    for (const name of ['token', 'to_x', 'recipients', 'recipient_type_x'])
      assert.equal((await dialect.parse(request('messages', { to: '+16505551234', [name]: 'x' }))).operation, 'send');
    const step = { call_id: 'wacid.abc', to: 'Ann' };
    assert.equal((await refused('calls', step)).kind, 'wrong_parameter');
  });

  it('knows no other method of a send', async () => {
    for (const edge of sendEdges) {
      for (const [method, query] of [
        ['GET', ''],
        ['HEAD', ''],
        ['DELETE', ''],
        ['PUT', ''],
        ['POST', 'method=delete'],
        ['POST', 'method=get'],
      ] as const) {
        const asked = dialect.parse({ ...request(edge, { to: '+16505551234' }), method, query });
        await assert.rejects(asked, { reason: { kind: 'unknown_method' } });
      }
    }
  });

  it('answers as its schemas say, for whomever it is', () =>
    fc.assert(
      fc.property(fc.constantFrom(...sendEdges), fc.array(recipient, { maxLength: 2 }), (edge, to) => {
        const id = `${edge === 'calls' ? 'wacid' : 'wamid'}.abc`;
        const { status, body } = dialect.render({ kind: 'send', sending: { edge, to }, id }, request(edge, {}));
        const answer = JSON.parse(body);
        assert.equal(status, 200);
        assert.deepEqual(validateOwn(dialect.name, 'POST', status, answer, edge), []);
        const [sent] = answer.messages ?? answer.calls ?? [];
        assert.equal(sent?.id, to.length === 0 ? undefined : id);
        const inputs = answer.contacts?.map(({ input }: { input: string }) => input);
        const expected = edge === 'calls' || to.length === 0 ? undefined : [to[0]?.input];
        assert.deepEqual(inputs, expected);
      }),
    ));

  it('tells of a blocked recipient with 130403', () => {
    const { status, body } = dialect.renderError(new Refusal({ kind: 'recipient_blocked' }), request('messages', {}));
    const { error } = JSON.parse(body);
    assert.deepEqual([status, error.code], [400, 130403]);
    assert.match(error.error_data.details, /This business has blocked the end user on WhatsApp/);
  });
}

const recipient = fc.oneof(
  fc.constant({ input: '+16505551234', user: { kind: 'wa_id', waId: '16505551234' } as never }),
  fc.constant({ input: bsuid, user: { kind: 'user_id', userId: bsuid } as never }),
  fc.constant({ input: 'Y2FwaV9ncm91cDox' }),
);
