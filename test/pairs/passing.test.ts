/** What public clients ask besides blocks and messages passes as they wrote it, to a provider that notes it. */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { describe, it } from 'node:test';
import { Client as GreatDetail } from '@great-detail/whatsapp';
import type { WhatsAppClient } from '@kapso/whatsapp-cloud-api';
import { providerToken, startGateway } from '../helpers/gateway.ts';
import type { Asked } from '../helpers/provider.ts';
import { kapsoByKapso, kapsoByMeta, whatsappApiJs } from './clients.ts';
import { providers } from './providers.ts';
import { startTap } from './tap.ts';

const here = '106540352242971';
/** The number's id at the provider, as `startGateway` has it. */
const there = '777';
const waba = '102290129340398';
const medium = '1037543291543636';
/** More than is read before it is passed on. */
const image = new Blob([randomBytes(100_000)], { type: 'image/png' });
const answer = {
  id: medium,
  url: 'https://lookaside.fbsbx.com/x?mid=1',
  mime_type: 'image/png',
  success: true,
  data: [],
};

/** Method and path of Meta's, without version, and what a client does for it. */
type Asking = readonly [method: string, path: string, ask: () => Promise<unknown>];
type Connect = (base: string, secret: string) => readonly Asking[];

const kapso =
  (connect: (base: string, secret: string) => WhatsAppClient): Connect =>
  (base, secret) => {
    const { media, templates, phoneNumbers } = connect(base, secret);
    const number = { phoneNumberId: here };
    const template = { businessAccountId: waba, name: 'a_b', language: 'en_US' };
    const components = [{ type: 'BODY', text: 'Grüße {{1}}' }];
    return [
      [
        'POST',
        '/{number}/media',
        () => media.upload({ ...number, type: 'image/png', file: image, fileName: 'ä b.png' }),
      ],
      ['GET', `/${medium}`, () => media.get({ ...number, mediaId: medium })],
      ['DELETE', `/${medium}`, () => media.delete({ ...number, mediaId: medium })],
      ['GET', `/${waba}/message_templates`, () => templates.list({ ...template, name: 'a b&c' })],
      ['POST', `/${waba}/message_templates`, () => templates.create({ ...template, category: 'UTILITY', components })],
      ['DELETE', `/${waba}/message_templates`, () => templates.delete(template)],
      [
        'GET',
        '/{number}/whatsapp_business_profile',
        () => phoneNumbers.businessProfile.get({ ...number, fields: 'about,websites' }),
      ],
      [
        'POST',
        '/{number}/whatsapp_business_profile',
        () => phoneNumbers.businessProfile.update({ ...number, about: '☎ & more' }),
      ],
    ];
  };

const apiJs: Connect = (base, token) => {
  const client = whatsappApiJs(base, token);
  const form = new FormData();
  form.set('file', image);
  return [
    ['POST', '/{number}/media', () => client.uploadMedia(here, form)],
    ['GET', `/${medium}`, () => client.retrieveMedia(medium)],
    ['DELETE', `/${medium}`, () => client.deleteMedia(medium, here)],
    ['GET', '/{number}/message_qrdls/ABC', () => client.retrieveQR(here, 'ABC')],
  ];
};

const greatDetail: Connect = (base, secret) => {
  const request = { headers: { authorization: `Bearer ${secret}` } };
  const { media, template, businessProfile } = new GreatDetail({ baseUrl: base, graphVersion: 'v25.0', request });
  const number = { phoneNumberID: here };
  return [
    [
      'POST',
      '/{number}/media',
      () => media.upload({ ...number, file: image, filename: 'a.png', mimeType: 'image/png' }).json(),
    ],
    ['GET', `/${medium}`, () => media.getURL({ mediaID: medium, ...number }).json()],
    ['GET', `/${waba}/message_templates`, () => template.list(waba, { name_or_content: 'a b', limit: 3 }).json()],
    [
      'POST',
      '/{number}/whatsapp_business_profile',
      () => businessProfile.updateBusinessProfile({ ...number, about: '☎' }).json(),
    ],
  ];
};

/** As 360dialog's documents write them. */
const plain360: Connect = (base, secret) => {
  const ask = async (method: string, path: string, body?: FormData | string) => {
    const headers = { 'D360-API-KEY': secret, ...(typeof body === 'string' && { 'content-type': 'application/json' }) };
    return (await fetch(base + path, { method, headers, ...(body !== undefined && { body }) })).json();
  };
  const form = new FormData();
  form.set('messaging_product', 'whatsapp');
  form.set('file', image, 'a.png');
  return [
    ['POST', '/{number}/media', () => ask('POST', '/media', form)],
    ['GET', `/${medium}`, () => ask('GET', `/${medium}`)],
    ['DELETE', `/${medium}`, () => ask('DELETE', `/${medium}`)],
    // Where the bytes of a medium are: the path of its URL, on the host of the API.
    [
      'GET',
      '/{number}/whatsapp_business/attachments/',
      () => ask('GET', '/whatsapp_business/attachments/?mid=1&ext=2&hash=Ab-c_D'),
    ],
    ['GET', '/{number}/whatsapp_business_profile', () => ask('GET', '/whatsapp_business_profile?fields=about,email')],
    [
      'POST',
      '/{number}/v1/configs/templates',
      () => ask('POST', '/v1/configs/templates', '{"name": "a_b",\n "n": 1e0}'),
    ],
  ];
};

interface Client {
  readonly name: string;
  /** The one that its paths name; absent: none. */
  readonly version?: string;
  readonly connect: Connect;
}

const clients: readonly Client[] = [
  {
    name: '@kapso/whatsapp-cloud-api, through Meta’s route',
    version: 'v23.0',
    connect: kapso(kapsoByMeta),
  },
  {
    name: '@kapso/whatsapp-cloud-api, through Kapso’s route',
    version: 'v23.0',
    connect: kapso(kapsoByKapso),
  },
  { name: 'whatsapp-api-js', version: 'v25.0', connect: apiJs },
  // With a base URL of one's own, this release leaves the version out.
  { name: '@great-detail/whatsapp', connect: greatDetail },
  { name: '360dialog, in plain requests', connect: plain360 },
];

/** What stands in a header about the connection or the caller. */
const exchanged = new Set(['host', 'connection', 'authorization', 'x-api-key', 'd360-api-key']);

/** The other headers, without their order: of two names, which comes first means nothing. */
function headersOf({ raw }: Asked): readonly string[] {
  const lines = raw.flatMap((name, at) =>
    at % 2 === 0 && !exchanged.has(name.toLowerCase()) ? [`${name}: ${raw[at + 1]}`] : [],
  );
  return lines.map((line) => line.toLowerCase()).sort();
}

for (const [dialect, provider] of Object.entries(providers)) {
  describe(`a client of a number whose provider speaks ${dialect}`, () => {
    it('has its media, templates and profile there', async (t) => {
      const { base, provider: asked, number } = await startGateway(t, { provider: dialect });
      asked.answer = (_request, response) =>
        response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
      const tap = await startTap(t, base);
      const secret = await number(here);
      for (const { name, version, connect } of clients) {
        await t.test(name, async () => {
          for (const [method, path, ask] of connect(tap.origin, secret)) {
            const told = (await ask()) as { readonly id: string };
            assert.equal(told.id, medium);
            const [sent, got] = [tap.asked.at(-1)!, asked.asked.pop()!];
            const [, query = ''] = sent.url.split(/(?=\?)/);
            assert.deepEqual(
              [got.method, got.url],
              [method, provider.path(path, version).replace('{number}', there) + query],
            );
            assert.ok(got.body.equals(sent.body) && (method === 'POST') === got.body.length > 0);
            assert.deepEqual(headersOf(got), headersOf(sent));
            const credentials = Object.entries(got.headers).filter(([header]) =>
              /^authorization$|-api-key$/.test(header),
            );
            assert.deepEqual(credentials, [provider.credential(providerToken)]);
            assert.deepEqual(asked.asked, []);
          }
        });
      }
    });
  });
}
