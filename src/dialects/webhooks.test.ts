import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { describe, it } from 'node:test';
import type { WebhookSecrets, WireRequest } from './dialect.ts';
import { dialects } from './index.ts';

const body = Buffer.from('{"a":1.50,"b":"\\u00e9é"}');
const mac = (secret: string, bytes: Uint8Array = body) => createHmac('sha256', secret).update(bytes).digest('hex');

/** What a connection may hold: all of it, and what proves to each provider. */
const everything = {
  appSecret: 'of meta',
  webhookSecret: 'of kapso',
  webhookHeader: { name: 'x-proof', value: 'of 360dialog' },
} as const satisfies WebhookSecrets;

const providers: Readonly<Record<string, { header: string; proof: string; secret: keyof WebhookSecrets }>> = {
  meta: { header: 'x-hub-signature-256', proof: `sha256=${mac('of meta')}`, secret: 'appSecret' },
  kapso: { header: 'x-webhook-signature', proof: mac('of kapso'), secret: 'webhookSecret' },
  '360dialog': { header: 'x-proof', proof: 'of 360dialog', secret: 'webhookHeader' },
};

const sent = (headers: WireRequest['headers'], bytes: Uint8Array = body) => ({ headers, body: bytes });

for (const { name, webhooks } of dialects) {
  const { header, proof, secret } = providers[name]!;
  const proves = (headers: WireRequest['headers'], secrets: WebhookSecrets = everything) =>
    webhooks.proves(sent(headers), secrets);

  describe(`a webhook of ${name}`, () => {
    it('is proved by its own proof, also beside those of others', () => {
      const others = Object.values(providers).map((one) => [one.header, [one.proof]]);
      assert.equal(proves({ [header]: [proof] }), true);
      assert.equal(proves({ [header]: [proof] }, { [secret]: everything[secret] }), true);
      assert.equal(proves(Object.fromEntries(others)), true);
    });

    it("is not proved by another provider's proof, nor by none", () => {
      assert.equal(proves({}), false);
      for (const other of Object.values(providers)) {
        if (other.header === header) continue;
        assert.equal(proves({ [other.header]: [other.proof] }), false, other.header);
        assert.equal(proves({ [header]: [other.proof] }), false, other.proof);
      }
    });

    it('is proved only by what the connection holds', () => {
      const { [secret]: _own, ...others } = everything;
      for (const secrets of [{}, others, { [secret]: '' }, { webhookHeader: { name: 'x-proof', value: '' } }]) {
        assert.equal(webhooks.canProve(secrets), false);
        assert.equal(proves({ [header]: [proof] }, secrets), false);
        assert.equal(proves({ [header]: [''] }, secrets), false);
      }
      assert.equal(webhooks.canProve({ [secret]: everything[secret] }), true);
    });

    it('is not proved by a proof that came twice or differs', () => {
      assert.equal(proves({ [header]: [proof, proof] }), false);
      assert.equal(proves({ [header]: [proof, 'x'] }), false);
      assert.equal(proves({ [header]: [] }), false);
      const differing = ['', ' ', `${proof} `, ` ${proof}`, `${proof}0`, proof.slice(0, -1), `${proof}, ${proof}`];
      for (const other of [...differing, proof.toUpperCase(), `sha1=${proof}`, `sha256=${proof}`, `"${proof}"`, 'é']) {
        assert.equal(proves({ [header]: [other] }), false, other);
      }
    });
  });
}

describe('a signature', () => {
  const signing = dialects.filter(({ name }) => name !== '360dialog');

  it('is of every byte', () => {
    for (const { name, webhooks } of signing) {
      const { header, proof } = providers[name]!;
      for (const other of [Buffer.concat([body, Buffer.from(' ')]), body.subarray(1), Buffer.alloc(0)]) {
        assert.equal(webhooks.proves(sent({ [header]: [proof] }, other), everything), false);
      }
    }
  });

  it('proves a body that is no text', () => {
    const bytes = Buffer.from([0xff, 0x00, 0xfe]);
    const meta = dialects.find(({ name }) => name === 'meta')!;
    const headers = { 'x-hub-signature-256': [`sha256=${mac('of meta', bytes)}`] };
    assert.equal(meta.webhooks.proves(sent(headers, bytes), everything), true);
  });

  it('without its prefix, or in upper case behind it, is none of Meta', () => {
    const meta = dialects.find(({ name }) => name === 'meta')!;
    for (const other of [mac('of meta'), `sha256=${mac('of meta').toUpperCase()}`, `SHA256=${mac('of meta')}`]) {
      assert.equal(meta.webhooks.proves(sent({ 'x-hub-signature-256': [other] }), everything), false);
    }
  });
});

it('a header of 360dialog is compared by its bytes', () => {
  const d360 = dialects.find(({ name }) => name === '360dialog')!;
  const secrets = { webhookHeader: { name: 'authorization', value: 'Basic pässword' } };
  const given = Buffer.from('Basic pässword').toString('latin1');
  assert.equal(d360.webhooks.proves(sent({ authorization: [given] }), secrets), true);
  assert.equal(d360.webhooks.proves(sent({ authorization: ['Basic password'] }), secrets), false);
});
