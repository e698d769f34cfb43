import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import type { Dialect } from '../src/dialects/dialect.ts';
import { dialects } from '../src/dialects/index.ts';
import { edgeOf, users } from './helpers/client.ts';
import { validateContract } from './helpers/contract-schemas.ts';
import { validateOwn } from './helpers/own-schemas.ts';
import { isRequestId, Names } from './helpers/placeholders.ts';
import { type RawAnswer, sendRaw } from './helpers/raw-request.ts';
import { startTestService, type TestService } from './helpers/service.ts';
import { readTranscript, type Step, type Transcript } from './helpers/transcript.ts';

const folder = path.join(import.meta.dirname, '..', 'src', 'dialects');
const number = '106540352242922';
const otherNumber = '106540352242999';
const otherPhone = '15552242999';
const hour = 3_600_000;

type Exchange = Extract<Step, { kind: 'exchange' }>;
type SetUp = Extract<Step, { kind: 'set_up' }>;

/** A transcript as it is played: against its own service, with what its names stand for so far. */
interface Play {
  readonly dialect: string;
  readonly service: TestService;
  readonly names: Names;
  /** Every exchange's text, to see whether what is set up is of any use. */
  readonly told: string;
}

const folders = new Map<Dialect, string>();
for (const file of globSync('*/index.ts', { cwd: folder })) {
  const { name } = path.parse(path.dirname(file));
  const values = Object.values(await import(path.join(folder, file)));
  for (const dialect of dialects) if (values.includes(dialect)) folders.set(dialect, name);
}

for (const dialect of dialects) {
  const files = globSync(`${folders.get(dialect)}/transcripts/*.http`, { cwd: folder });
  describe(`transcripts of ${dialect.name}`, { concurrency: 8 }, () => {
    it('are there', () => assert.ok(files.length > 0));
    for (const file of files.toSorted()) {
      const transcript = readTranscript(readFileSync(path.join(folder, file), 'utf8'));
      it(`${transcript.title} (${path.basename(file)})`, (t) => play(t, dialect.name, transcript));
    }
  });
}

async function play(t: TestContext, dialect: string, { steps }: Transcript): Promise<void> {
  const publicUrl = steps.find((step) => step.kind === 'set_up' && step.word === 'public_url') as SetUp | undefined;
  const rules = steps.find((step) => step.kind === 'set_up' && step.word === 'rules') as SetUp | undefined;
  assert.notEqual(rules?.value, 'open', 'open are the rules anyway');
  const service = await startTestService(t, publicUrl && { env: { GATEHOUSE_PUBLIC_URL: publicUrl.value } });
  const names = new Names();
  const key = await service.number(number, rules?.value.startsWith('{') ? JSON.parse(rules.value) : rules?.value);
  for (const [name, value] of Object.entries({ number, key })) names.setQuietly(name, value);
  names.setQuietly('base', publicUrl?.value ?? service.base);
  const told = JSON.stringify(steps.filter(({ kind }) => kind === 'exchange'));
  for (const step of steps) {
    const one: Play = { dialect, service, names, told };
    await (step.kind === 'exchange' ? exchange(one, step) : setUp(one, step));
  }
  assert.notEqual(steps.at(-1)?.kind, 'set_up', 'the last line sets up something for nobody');
  assert.deepEqual(names.unused, [], 'names that nothing mentions');
}

async function setUp(one: Play, { word, value }: SetUp): Promise<void> {
  const { service, names, told } = one;
  switch (word) {
    case 'rules':
      return;
    case 'public_url':
      assert.match(told, /\{base\}/, 'the public URL is of no use');
      return;
    case 'number':
      names.set(value, otherNumber);
      if (told.includes(otherPhone)) names.use(value);
      await service.number(otherNumber, 'open', { display_phone_number: otherPhone });
      return;
    case 'key':
      return addKey(one, value);
    case 'wrote': {
      const [from = '', userId] = value.split(' as ');
      mention(one, from);
      const sent = await service.wrote(number, from, userId === undefined ? {} : { user_id: userId });
      assert.equal(sent.status, 200, sent.text);
      return;
    }
    case 'blocked': {
      const list = value.split(', ');
      for (const user of list) mention(one, user);
      const headers = { authorization: `Bearer ${names.fill('{key}')}` };
      const blocked = await service.call('POST', `/${number}/block_users`, { headers, body: users(...list) });
      assert.equal(blocked.status, 200, blocked.text);
      return;
    }
    case 'clock':
      service.clock.now += hours(value);
      return;
    default:
      assert.fail(`unknown set-up line: ${word}`);
  }
}

/** What is set up for a user whom no exchange names is of no use. */
function mention({ told }: Play, user: string): void {
  const digits = user.replace(/\D/g, '');
  assert.ok(told.includes(user) || told.includes(digits), `no exchange mentions ${user}`);
}

async function addKey({ service, names }: Play, value: string): Promise<void> {
  const [name = '', what = ''] = value.split(', ');
  if (what === 'all numbers') names.use('other');
  const of = /^of (\w+)$/.exec(what)?.[1] ?? 'number';
  const numbers = what === 'all numbers' ? 'all' : [names.fill(`{${of}}`)];
  const later = /^expires in (\d+h)$/.exec(what)?.[1];
  assert.match(what, /^(all numbers|of \w+|revoked|expires in \d+h)$/);
  const expires =
    later === undefined ? {} : { expires_at: new Date(service.clock.now + hours(`+${later}`)).toISOString() };
  const made = await service.admin('POST', '/keys', { name, numbers, ...expires });
  assert.equal(made.status, 201, made.text);
  names.set(name, made.json.secret);
  if (what !== 'revoked') return;
  const revoked = await service.admin('DELETE', `/keys/${made.json.id}`);
  assert.equal(revoked.status, 204, revoked.text);
}

function hours(text: string): number {
  const count = /^\+(\d+)h$/.exec(text)?.[1];
  assert.ok(count, `no hours: ${text}`);
  return Number(count) * hour;
}

async function exchange({ service, names, dialect }: Play, { request, expected }: Exchange): Promise<void> {
  const path = names.fill(request.path);
  const headers = request.headers.map(([name, value]) => [name, names.fill(value)] as const);
  const multipart = headers.some(([name, value]) => /^content-type$/i.test(name) && /^multipart\//i.test(value));
  const body = names.fill(multipart ? `${request.body}\n`.replaceAll('\n', '\r\n') : request.body);
  const answer = await sendRaw(service.base, { method: request.method, path, headers, body });
  const told = `${request.method} ${path}: ${answer.status} ${answer.body}`;
  assert.equal(answer.status, expected.status, told);
  const requestId = answer.headers['x-request-id']?.join();
  assert.ok(isRequestId(requestId), told);
  names.setQuietly('request_id', requestId);
  assert.deepEqual(answer.headers['content-type'], ['application/json'], told);
  for (const [name, value] of expected.headers) checkHeader(names, answer, name, value);
  if (expected.body === '') {
    assert.equal(answer.body, '', told);
    return;
  }
  const actual: unknown = JSON.parse(answer.body);
  assert.deepEqual(actual, names.matchJson(JSON.parse(expected.body), actual), told);
  checkContract(dialect, { method: request.method, path, body }, { status: answer.status, actual });
}

function checkHeader(names: Names, { headers }: RawAnswer, name: string, expected: string): void {
  const actual = headers[name.toLowerCase()]?.join(', ');
  if (expected === '{none}') assert.equal(actual, undefined, `${name}: ${actual}`);
  else assert.equal(actual, names.match(expected, actual), name);
}

/** Holds the body against the provider's schema, and the dialect's own, of the operation that was meant. */
function checkContract(dialect: string, request: SentRequest, answer: { status: number; actual: unknown }): void {
  const { pathname, searchParams } = new URL(request.path, 'http://here');
  const named = searchParams.get('method') || new URLSearchParams(request.body).get('method');
  const meant = (request.method === 'POST' ? named : null) || request.method;
  const edge = edgeOf(pathname);
  if (edge === undefined || !/^(get|post|delete)$/i.test(meant)) return;
  if (edge !== 'block_users' && !/^post$/i.test(meant)) return;
  const told = JSON.stringify(answer.actual);
  if (edge === 'block_users')
    assert.deepEqual(validateContract(dialect, meant, answer.status, answer.actual), [], told);
  assert.deepEqual(validateOwn(dialect, meant, answer.status, answer.actual, edge), [], told);
}

interface SentRequest {
  readonly method: string;
  readonly path: string;
  readonly body: string;
}
