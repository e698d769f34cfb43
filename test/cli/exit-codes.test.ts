/** What the command line says and returns when something is not right, and where it finds its server and key. */
import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { adminKey } from '../helpers/client.ts';
import { startTestService, tempFolder } from '../helpers/service.ts';
import { open, run, startDesk, strict } from './run.ts';

/** The address of a port on which nobody listens. */
async function deadUrl(): Promise<string> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return `http://127.0.0.1:${port}`;
}

describe('the exit code', { concurrency: 2 }, () => {
  it('is 1 for what the server refuses, and the text says why and what to do', async (t) => {
    const { gatehouse } = await startDesk(t);
    const missing = await gatehouse(['list', '404']);
    assert.equal(missing.code, 1);
    assert.match(
      missing.err,
      /^gatehouse: There is no number with this id\.\n {2}Check the id: .*\n.*request A\S{22}\.\n$/,
    );
    const invalid = await gatehouse(['keys', 'create', 'x', '--numbers', '404,405']);
    assert.equal(invalid.code, 1);
    assert.match(invalid.err, /^gatehouse: numbers\/0 is no number.*\n {2}numbers\/1 is no number.*\n {2}Correct/);
    assert.equal((await gatehouse(['block', strict, '16505550123'])).code, 1);
    for (const user of ['', '..', 'nobody']) assert.equal((await gatehouse(['check', open, user])).code, 1);
  });

  it('is 2 for a wrong command line, and the text names what is wrong', async (t) => {
    const { gatehouse, cwd } = await startDesk(t);
    for (const [args, says] of [
      [['lst', open], /unknown command 'lst'\n\(Did you mean list\?\)/],
      [['list'], /missing required argument 'number'/],
      [['list', open, 'more'], /too many arguments/],
      [['block', open], /missing required argument 'users'/],
      [['list', open, '--jsn'], /unknown option '--jsn'/],
      [['serve', 'now'], /too many arguments/],
      [['events', open, '--last', 'many'], /whole number of at least 1/],
      [['numbers', 'set', open, '--rules', 'closed'], /Allowed choices are open, meta/],
      [['numbers', 'set', open, '--rules', 'open', '--window', 'off'], /--rules, or single rules/],
      [['numbers', 'set', open, '--capacity', '-1'], /whole number of at least 1/],
      [['numbers', 'set', open, '--partial-failure-status', '500'], /400 or 200/],
      [['keys', 'create', 'x'], /required option '--numbers <ids>'/],
      [['keys', 'create', 'x', '--numbers', 'all', '--secret-file', 'none'], /The secret cannot be read: ENOENT/],
      [['list', open, '--url', 'gatehouse'], /--url must be an http or https URL/],
      [['list', open, '--admin-key-file', 'none'], /The admin key cannot be read: ENOENT/],
      [['completion', 'tcsh'], /Allowed choices are bash, zsh, fish/],
    ] satisfies [string[], RegExp][]) {
      const { code, out, err } = await gatehouse(args);
      assert.deepEqual([code, out], [2, ''], args.join(' '));
      assert.match(err, says);
      assert.match(err, /^gatehouse: /);
      assert.doesNotMatch(err, /^\s+at /m);
    }
    const wrongUrl = await run(['list', open], { cwd, env: { GATEHOUSE_URL: 'gatehouse' } });
    assert.equal(wrongUrl.code, 2);
    assert.match(wrongUrl.err, /GATEHOUSE_URL must be/);
  });

  it('is 3 when no Gatehouse is there', async (t) => {
    const cwd = tempFolder(t);
    const env = { GATEHOUSE_ADMIN_KEY: adminKey };
    const dead = await run(['list', open, '--url', await deadUrl()], { cwd, env });
    assert.equal(dead.code, 3);
    assert.match(dead.err, /^gatehouse: No connection could be made: http:\/\/127.*ECONNREFUSED.*\n.*gatehouse serve/);
    const server = createServer((_, response) => response.end('<h1>Hello</h1>'));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    t.after(() => server.close());
    const { port } = server.address() as AddressInfo;
    const other = await run(['list', open], { cwd, env: { ...env, GATEHOUSE_URL: `http://127.0.0.1:${port}` } });
    assert.equal(other.code, 3);
    assert.match(other.err, /is not Gatehouse’s/);
  });

  it('is 4 without the admin key, or with another', async (t) => {
    const { service, cwd } = await startDesk(t);
    const without = await run(['list', open], { cwd, env: { GATEHOUSE_URL: service.base } });
    assert.equal(without.code, 4);
    assert.match(without.err, /There is no admin key: --admin-key-file and GATEHOUSE_ADMIN_KEY/);
    const env = { GATEHOUSE_URL: service.base, GATEHOUSE_ADMIN_KEY: 'not-the-right-admin-key' };
    const wrong = await run(['list', open], { cwd, env });
    assert.equal(wrong.code, 4);
    assert.match(wrong.err, /This is not the admin key\.\n {2}Give the admin key with/);
    assert.doesNotMatch(wrong.err, /not-the-right/);
  });
});

describe('the admin key', () => {
  async function startFirst(t: TestContext) {
    const cwd = tempFolder(t);
    mkdirSync(path.join(cwd, 'data'));
    const service = await startTestService(t, { data: path.join(cwd, 'data'), env: { GATEHOUSE_ADMIN_KEY: '' } });
    return { cwd, service };
  }

  it('is that of the first start where the server was started', async (t) => {
    const { cwd, service } = await startFirst(t);
    const { code, err } = await run(['numbers'], { cwd, env: { GATEHOUSE_URL: service.base } });
    assert.deepEqual([code, err], [0, 'There is no number yet.\n']);
  });

  it('of the first start is not sent to another server', async (t) => {
    const { cwd } = await startFirst(t);
    const { code, err } = await run(['numbers', '--url', 'http://gatehouse.invalid'], { cwd });
    assert.equal(code, 4);
    assert.match(err, /first-start\.txt is of http:\/\/127.*, not http:\/\/gatehouse\.invalid/);
  });

  it('of a file wins over the variable', async (t) => {
    const { service, cwd } = await startDesk(t);
    writeFileSync(path.join(cwd, 'key'), `${adminKey}\n`);
    const env = { GATEHOUSE_URL: service.base, GATEHOUSE_ADMIN_KEY: 'not-the-right-admin-key' };
    assert.equal((await run(['numbers', '--admin-key-file', 'key'], { cwd, env })).code, 0);
  });
});
