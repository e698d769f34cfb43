import assert from 'node:assert/strict';
import { it } from 'node:test';
import fc from 'fast-check';
import { Refusal } from '../../core/errors.ts';
import { type Dialect, type Place, sendEdges } from '../dialect.ts';
import type { DialectWire } from './dialect-wire.contract.ts';
import { numberId, wireRequest } from './request.contract.ts';

const edges = ['block_users', ...sendEdges] as const;

/** Said at the end of a number's path, another reader could take these for an edge, or for a step elsewhere. */
const doubtful = [
  ...edges.flatMap((edge) => [
    edge.toUpperCase(),
    `${edge};x`,
    `${edge}%3Bx`,
    `${edge}.json`,
    `${edge}%20`,
    `${edge}%3F`,
    `${edge}%23`,
    `%20${edge}`,
    `_${edge}`,
    `a/${edge}`,
    `a/${edge}/`,
    `${edge}/${edge}`,
    `a/../${edge}`,
    `a%2F${edge}`,
    `a%5C${edge}`,
    `%25${edge.charCodeAt(0).toString(16)}${edge.slice(1)}`,
    `${edge}%00`,
    `${edge}%E2%80%8B`,
    `${edge.slice(0, 3)}%E2%80%8B${edge.slice(3)}`,
    `${edge}//`,
  ]),
  'me%C5%BF%C5%BFages',
  '%EF%BD%8Dessages',
  'a/./b',
  'a/../b',
  'a/%2e%2e/b',
  'a/%252e%252e/b',
  'a/..;/b',
  'a/%EF%BC%8E%EF%BC%8E/b',
  '.',
  '..',
  '%2e%2e',
  'a//b',
  '/a',
  'a/%20/b',
  'a/;x/b',
  'a/.json',
  'a%2Fb',
  'a%252Fb',
  'a%5Cb',
  'a\\b',
  'a%EF%BC%8Fb',
  'a%0Ab',
  'a%7Fb',
  'a%250ab',
  'a%ff',
  'a%',
  'a%zz',
];

const passing = [
  'media',
  'media/',
  'flows/123/assets',
  'messages/wamid.abc',
  'block_users_of',
  'messages-of/x',
  'a%20b',
  'caf%C3%A9',
  'upload:MTphdHRhY2htZW50==',
  'a;b=c',
  'a.json',
];

export function placesContract(dialect: Dialect, wire: DialectWire): void {
  const isNamed = wire.path.includes(numberId);
  const base = wire.path.slice(0, -'/block_users'.length);
  const place = (path: string, more: { method?: string; query?: string } = {}) =>
    dialect.place(wireRequest({ path, ...more }));
  const refused = (kind: string) => ({ reason: { kind } });
  const number = isNamed ? { kind: 'named', id: numberId } : { kind: 'of_the_key' };

  it('knows its edges, in any encoding and with a slash at the end', () => {
    for (const edge of edges) {
      for (const name of [edge, `${edge}/`, edge.replace('s', '%73')]) {
        const found = place(`${base}/${name}`);
        assert.deepEqual(
          { ...found, whole: '', version: '' },
          { number, edge, rest: `/${name}`, whole: '', version: '' },
        );
      }
    }
  });

  it('passes on what is no edge, as it was sent', () => {
    for (const path of passing) {
      const found = place(`${base}/${path}`);
      assert.deepEqual([found.edge, found.rest, found.number], [undefined, `/${path}`, number], path);
      assert.equal(found.whole, isNamed ? `/${numberId}/${path}` : `/${path}`);
    }
  });

  it('passes on nothing that two readers could understand differently', () => {
    for (const path of doubtful) {
      assert.throws(() => place(`${base}/${path}`, { method: 'POST' }), refused('unknown_path'), path);
    }
  });

  it('takes an object’s id for a name, and not what is only near a number’s', () => {
    const at = isNamed ? base.slice(0, -numberId.length) : '/';
    const { number: named, rest, whole } = place(`${at}123456/x/`);
    assert.deepEqual([named, rest, whole], [{ kind: 'named', id: '123456' }, '/x/', '/123456/x/']);
    const bare = place(`${at}123456`);
    assert.deepEqual([bare.number, bare.rest, bare.whole], [{ kind: 'named', id: '123456' }, '', '/123456']);
    for (const id of ['0123', '123%20', '%20123', '+123', '123;x', '123.json', '123%3F', '%EF%BC%91%EF%BC%92']) {
      assert.throws(() => place(`${at}${id}/x`), refused('unknown_path'), id);
    }
  });

  it('takes nothing that is near a version for an object', () => {
    if (!isNamed) return;
    const start = base.slice(0, -numberId.length);
    for (const version of ['v25', 'V25.0', 'v25%2E0', 'v24.0', 'v1.2.3', 'v2500.0']) {
      for (const path of [`${start}${version}/${numberId}/media`, `${start}${version}`]) {
        assert.throws(() => place(path), refused('unknown_path'), path);
      }
    }
  });

  it('knows no root, and refuses batches', () => {
    const roots = isNamed ? [base.slice(0, -numberId.length), base.slice(0, -numberId.length - 1)] : ['/'];
    for (const root of roots) {
      for (const method of ['GET', 'HEAD', 'DELETE', 'PUT'])
        assert.throws(() => place(root, { method }), refused('unknown_path'));
      assert.throws(() => place(root, { method: 'POST' }), refused('batch_refused'));
    }
    for (const query of [
      'batch=[]',
      'a=1&batch',
      '%62atch=x',
      'BATCH=x',
      'batch%5B0%5D=x',
      'batch[0][x]=y',
      '+batch=1',
    ]) {
      for (const path of [`${base}/media`, `${base}/messages`, ...roots]) {
        assert.throws(() => place(path, { query }), refused('batch_refused'), query);
      }
    }
    for (const query of ['a=batch', 'batches=1', 'a=%26batch%3D1', '%', 'rebatch=1']) place(`${base}/media`, { query });
  });

  it('throws nothing but refusals, and never passes on what ends like an edge', () =>
    fc.assert(
      fc.property(fc.array(part, { maxLength: 6 }), fc.constantFrom(base, ''), (parts, start) => {
        const path = `${start}/${parts.join('')}`;
        const found = attempt(() => place(path));
        if (!found || found.edge) return;
        const last = path.replace(/\/$/, '').split('/').at(-1) ?? '';
        const read = looseName(last);
        assert.ok(!edges.some((edge) => edge === read), path);
      }),
      { numRuns: 2000 },
    ));

  it('reads a request to an edge if its path is one, else refuses the path', () =>
    fc.assert(
      fc.asyncProperty(fc.array(part, { maxLength: 3 }), async (parts) => {
        const request = wireRequest({ method: 'POST', path: `${base}/${parts.join('')}` });
        const edge = attempt(() => dialect.place(request))?.edge;
        const call = await dialect.parse(request).catch((error: Refusal) => error.reason.kind);
        assert.equal(typeof call === 'string', edge === undefined);
      }),
    ));
}

const part = fc.oneof(
  fc.constantFrom(...edges),
  fc.constantFrom(
    '/',
    '.',
    '..',
    ';',
    '%',
    '%25',
    '%2f',
    '%2e',
    '%20',
    '%00',
    '%6d',
    'MESSAGES',
    'v25.0',
    '1',
    'x',
    ':',
  ),
  fc.string({ maxLength: 3, unit: 'binary' }),
);

function attempt(read: () => Place): Place | undefined {
  try {
    return read();
  } catch (error) {
    if (error instanceof Refusal) return undefined;
    throw error;
  }
}

/** As a careless server reads a name: decoded for as long as it can be, without case, blanks, parameters and suffix. */
function looseName(raw: string): string {
  let name = raw;
  for (let before = ''; before !== name; ) {
    before = name;
    name = name.replace(/%([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  }
  return (name.split(/[/\\]/).at(-1) ?? '')
    .trim()
    .toLowerCase()
    .replace(/[;.?#].*$/s, '');
}
