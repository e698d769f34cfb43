import assert from 'node:assert/strict';
import { it } from 'node:test';
import { parseUser } from '../../core/user.ts';
import type { Dialect, WireRequest } from '../dialect.ts';
import type { DialectWire } from './dialect-wire.contract.ts';
import { numberId, wireRequest } from './request.contract.ts';

export function examplesContract(dialect: Dialect, wire: DialectWire): void {
  it('has examples that block, list and unblock the user', async () => {
    const input = '+16505551234';
    const target = { baseUrl: 'https://gate.example/prefix', numberId, secret: 'gh_secret', user: input };
    const examples = dialect.examples(target);
    assert.deepEqual(
      examples.map(({ title }) => title),
      ['block', 'list', 'unblock'],
    );
    const calls = await Promise.all(examples.map(({ args }) => dialect.parse(readCurl(args))));
    for (const { credential } of calls) assert.deepEqual(credential, { secret: 'gh_secret' });
    const users = [{ input, user: parseUser(input) }];
    assert.deepEqual(
      calls.map(({ command }) => command),
      [
        { kind: 'block', users },
        { kind: 'list', limit: 25 },
        { kind: 'unblock', users },
      ],
    );
  });

  /** Reads the arguments of a curl as a POSIX shell and curl would: all quotes are single, and stand alone. */
  function readCurl(args: string): WireRequest {
    const words = [...args.matchAll(/'([^']*)'|(\S+)/g)].map((word) => word[1] ?? word[2] ?? '');
    const optionOf = (name: string) => words.flatMap((word, index) => (words[index - 1] === name ? [word] : []));
    const url = words.find((word) => word.startsWith('https://gate.example/prefix/')) ?? '';
    const path = url.slice('https://gate.example/prefix'.length);
    assert.ok(path.endsWith('/block_users'), url);
    const headers = Object.fromEntries(optionOf('-H').map((header) => header.split(': ') as [string, string]));
    const request = wireRequest({ method: optionOf('-X')[0] ?? 'GET', path, headers, body: optionOf('-d')[0] ?? '' });
    assert.ok(dialect.claims(request), wire.documented);
    return request;
  }
}
