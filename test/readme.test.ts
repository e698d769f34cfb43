/** What the README has its readers type gives what it shows. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import path from 'node:path';
import { it, type TestContext } from 'node:test';
import { root, spawnGatehouse } from './helpers/process.ts';
import { tempFolder } from './helpers/service.ts';

const readme = readFileSync(path.join(root, 'README.md'), 'utf8');

interface Section {
  /** Its commands, in order. */
  readonly commands: string;
  /** What they print, line by line; `…` stands for anything. */
  readonly shown: readonly RegExp[];
}

function readSection(title: string): Section {
  const [, text = ''] = readme.split(`\n### ${title}\n`);
  const [section = ''] = text.split(/\n##+ /);
  const blocks = (kind: string) =>
    [...section.matchAll(new RegExp(`^\`\`\`${kind}\n([^]*?)^\`\`\``, 'gm'))].map(([, block = '']) => block).join('');
  return { commands: blocks('sh'), shown: blocks('json').trimEnd().split('\n').map(toPattern) };
}

function toPattern(line: string): RegExp {
  const pieces = line.split('…').map((piece) => piece.replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\$&'));
  return new RegExp(`^${pieces.join('.*')}$`);
}

/** The same commands with ports that nobody else has. */
async function withOwnPorts(commands: string): Promise<string> {
  const own = new Map<string, number>();
  const servers = [];
  for (const port of new Set(commands.match(/\b80\d\d\b/g))) {
    const server = createServer().listen(0, '127.0.0.1');
    servers.push(server);
    await once(server, 'listening');
    own.set(port, (server.address() as AddressInfo).port);
  }
  for (const server of servers) server.close();
  return commands.replaceAll(/\b80\d\d\b/g, (port) => String(own.get(port)));
}

/** Runs commands as a reader's shell does; gives what they print. Whatever they leave behind ends with the test. */
async function runInShell(t: TestContext, commands: string): Promise<string> {
  const data = tempFolder(t);
  const tests = ['GATEHOUSE_PORT', 'GATEHOUSE_DATABASE', 'GATEHOUSE_ADMIN_KEY', 'GATEHOUSE_LOG_LEVEL'];
  const shell = spawnGatehouse(t, data, {
    command: ['timeout', '60', 'bash', '-c', commands],
    env: { ...Object.fromEntries(tests.map((name) => [name, undefined])), TMPDIR: data },
    group: true,
  });
  assert.equal(await shell.ended, 0, shell.output());
  return shell.output();
}

it('the story of the next message goes as it is told', async (t) => {
  const { commands, shown } = readSection('The next message completes the block');
  assert.ok(shown.length > 1);
  const printed = await runInShell(t, await withOwnPorts(commands));
  const lines = printed.trimEnd().split('\n');
  assert.equal(lines.length, shown.length, printed);
  for (const [index, line] of lines.entries()) assert.match(line, shown[index] ?? /^$/);
});
