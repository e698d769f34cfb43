/** Calls every documented operation so that it gives each of its statuses, and holds every answer against the document. */
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { type Answer, adminKey } from '../helpers/client.ts';
import { FaultySwitch } from '../helpers/faulty-store.ts';
import { type Document, DocumentSchemas, type Located, operationsOf, readDocument } from '../helpers/openapi.ts';
import { sendRaw } from '../helpers/raw-request.ts';
import { startTestService, type TestService } from '../helpers/service.ts';
import { addHooked, addPushed, type Call, limits, number, provocationOf } from './provocations.ts';

/** Said of `src/openapi/index.test.ts`: here nothing of it can be broken. */
const elsewhere = ['getOpenApi 500', 'getDocs 500', 'getDocsFile 500'];

it('every operation answers with each of its statuses as the document says', async (t) => {
  const faults = new FaultySwitch();
  const env = { GATEHOUSE_SECRET_KEY: Buffer.alloc(32, 7).toString('base64'), GATEHOUSE_ALLOW_PRIVATE: '127.0.0.1' };
  const service = await startTestService(t, { env, limits, wrapStore: faults.wrap });
  await addPushed(t, service);
  await addHooked(service);
  const secret = await service.number(number);
  const document = await readDocument(service);
  const schemas = new DocumentSchemas(document);
  for (const located of operationsOf(document)) {
    const { operationId, responses } = located.operation;
    for (const status of Object.keys(responses).sort()) {
      if (elsewhere.includes(`${operationId} ${status}`)) continue;
      const provoke = provocationOf(located, status);
      assert.ok(provoke, `nothing gives ${operationId} its ${status}`);
      const call = await provoke(service);
      Object.assign(faults, { lists: call.lists, rest: call.rest });
      const answer = await send(service, { document, located, call, secret });
      faults.fine();
      assert.equal(String(answer.status), status, `${operationId}: ${answer.text.slice(0, 500)}`);
      schemas.assertTold(located, answer);
    }
  }
});

it('every content type of a body is taken as its example shows', async (t) => {
  const service = await startTestService(t);
  const secret = await service.number(number);
  const document = await readDocument(service);
  const schemas = new DocumentSchemas(document);
  let forms = 0;
  for (const located of operationsOf(document)) {
    for (const [type, { example }] of Object.entries(located.operation.requestBody?.content ?? {})) {
      if (type === 'application/json') continue;
      const form = type === 'multipart/form-data' ? new FormData() : new URLSearchParams();
      for (const [name, value] of Object.entries(example as Record<string, string>)) form.append(name, value);
      const answer = await send(service, { document, located, call: { body: form }, secret });
      assert.equal(answer.status, 200, answer.text);
      schemas.assertTold(located, answer);
      forms += 1;
    }
  }
  assert.equal(forms, 20);
});

interface Sending {
  readonly document: Document;
  readonly located: Located;
  readonly call: Call;
  readonly secret: string;
}

/** The operation as its examples have it, but for what the call changes. */
function send(service: TestService, { document, located, call, secret }: Sending): Promise<Answer> {
  const { path, method, operation } = located;
  const examples = new Map(operation.parameters?.map(({ name, example }) => [name, String(example)]));
  const filled = path.replace(/\{([^}]+)\}/g, (_, name) =>
    encodeURIComponent(call.path?.[name] ?? examples.get(name)!),
  );
  const example = operation.requestBody?.content['application/json']?.example;
  const url = call.query === undefined ? filled : `${filled}?${call.query}`;
  const headers = { ...(call.anonymous ? {} : credentialOf(document, operation, secret)), ...call.headers };
  if (method !== 'GET') return service.call(method, url, { headers, body: call.body ?? example });
  return typeof call.body === 'string'
    ? getWithBody(service, url, headers, call.body)
    : service.call(method, url, { headers });
}

/** `fetch` sends no body with a GET. */
async function getWithBody(
  service: TestService,
  path: string,
  headers: Readonly<Record<string, string>>,
  body: string,
): Promise<Answer> {
  const raw = await sendRaw(service.base, { method: 'GET', path, headers: Object.entries(headers), body });
  const flat = Object.entries(raw.headers).map(([name, values = []]) => [name, values.join(', ')] as [string, string]);
  return { status: raw.status, headers: new Headers(flat), text: raw.body, json: JSON.parse(raw.body) };
}

/** The first of the security schemes, with the key that it is for. */
function credentialOf({ components }: Document, { security = [] }: Located['operation'], secret: string) {
  const [name] = Object.keys(security[0] ?? {});
  if (name === undefined) return {};
  const key = name === 'adminKey' ? adminKey : secret;
  const scheme = components.securitySchemes[name];
  return scheme?.type === 'apiKey' ? { [scheme.name ?? '']: key } : { authorization: `Bearer ${key}` };
}
