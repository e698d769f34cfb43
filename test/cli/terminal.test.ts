/** Colours and completion, as terminals and shells have them. */
import assert from 'node:assert/strict';
import { execFile, execFileSync, spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, it } from 'node:test';
import { adminKey } from '../helpers/client.ts';
import { root, startCommand } from '../helpers/process.ts';
import { tempFolder } from '../helpers/service.ts';
import { callerEnv, open, run, startDesk } from './run.ts';

const has = (program: string) => spawnSync(program, ['--version']).error === undefined;

describe('colours', () => {
  const esc = '\u001b[';

  it('are for a terminal only, and NO_COLOR forbids them', {
    skip: !has('script') && 'there is no script(1)',
  }, async (t) => {
    const { service, cwd, gatehouse } = await startDesk(t);
    const check = ['check', open, '16505550123'];
    const env = { GATEHOUSE_URL: service.base, GATEHOUSE_ADMIN_KEY: adminKey, TERM: 'xterm-256color' };
    const inTerminal = (more: NodeJS.ProcessEnv = {}) =>
      inScript([...startCommand, ...check], { ...env, ...more }, cwd);
    assert.ok((await inTerminal()).includes(`${esc}32mis not blocked${esc}39m`));
    assert.ok(!(await inTerminal({ NO_COLOR: '1' })).includes(esc));
    assert.ok(!(await gatehouse(check)).out.includes(esc));
  });
});

describe('completion', () => {
  const words = async (...typed: string[]) => {
    const { out } = await run(['__complete', 'bash', ...typed], { cwd: root });
    return out.split('\n').slice(0, -1);
  };

  it('knows commands, options and choices', async () => {
    assert.deepEqual(await words('un'), ['unblock']);
    assert.deepEqual(await words('numbers', 's'), ['show', 'set']);
    assert.deepEqual(await words('numbers', 'add', open, '--r'), ['--rules']);
    assert.deepEqual(await words('numbers', 'set', '--rules', ''), ['open', 'meta', 'gateway']);
    assert.deepEqual(await words('completion', ''), ['bash', 'zsh', 'fish']);
    assert.deepEqual(await words('list', '--admin-key-file', ''), []);
    assert.ok((await words('')).includes('events'));
    assert.ok(!(await words('')).includes('__complete'));
  });

  it('tells zsh and fish what a word means', async () => {
    assert.equal((await run(['__complete', 'zsh', 'unb'], { cwd: root })).out, 'unblock:Unblock users\n');
    assert.equal((await run(['__complete', 'fish', 'unb'], { cwd: root })).out, 'unblock\tUnblock users\n');
  });

  it('offers fish files for every option that takes one', async () => {
    const { out } = await run(['completion', 'fish'], { cwd: root });
    const options = [...out.matchAll(/ -l (\S+) -rF$/gm)].map(([, name]) => name);
    const secrets = [
      'app-headers',
      'app-secret',
      'secret',
      'token',
      'verify-token',
      'webhook-header',
      'webhook-secret',
    ];
    assert.deepEqual(
      options,
      ['admin-key', ...secrets].map((name) => `${name}-file`),
    );
  });

  const inShell: Readonly<Record<string, (script: string) => string[]>> = {
    bash: (script) => [
      '--norc',
      '-c',
      `source ${script}; COMP_WORDS=(gatehouse numbers s); COMP_CWORD=2; _gatehouse; printf '%s\\n' "\${COMPREPLY[@]}"`,
    ],
    fish: (script) => [
      '--no-config',
      '-c',
      `source ${script}; complete -C 'gatehouse numbers s' | string split -f1 \\t`,
    ],
    zsh: (script) => [
      '-fc',
      `autoload -Uz compinit && compinit -uD; _describe() { printf '%s\\n' "\${found[@]%%:*}"; }; source ${script};
       words=(gatehouse numbers s) CURRENT=3; _gatehouse`,
    ],
  };
  for (const [shell, argsOf] of Object.entries(inShell)) {
    it(`works in ${shell}`, { skip: !has(shell) && `there is no ${shell}` }, async (t) => {
      const folder = tempFolder(t);
      const script = path.join(folder, 'completion');
      writeFileSync(script, (await run(['completion', shell], { cwd: root })).out);
      const [node, file] = startCommand;
      writeFileSync(path.join(folder, 'gatehouse'), `#!/bin/sh\nexec '${node}' '${file}' "$@"\n`, { mode: 0o755 });
      const env = callerEnv({ PATH: `${folder}:${process.env['PATH']}`, HOME: folder });
      const out = execFileSync(shell, argsOf(script), { encoding: 'utf8', env });
      assert.deepEqual(out.trim().split('\n').toSorted(), ['set', 'show']);
    });
  }
});

/** Runs a command in a pseudo-terminal; gives what it showed. */
async function inScript(command: readonly string[], env: NodeJS.ProcessEnv, cwd: string): Promise<string> {
  const line = command.map((word) => `'${word}'`).join(' ');
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  execFile('script', ['-qec', line, '/dev/null'], { cwd, env: callerEnv(env) }, (error, out) => {
    // check ends with 5: nobody is blocked.
    if (error && error.code !== 5) reject(error);
    else resolve(out);
  });
  return promise;
}
