/**
 * A small tree that is laid out as this one, with this one's own settings and scripts, in a folder of its own. All
 * checks pass on it, so that a check that fails does so for the fault planted there.
 */
import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';

const root = join(import.meta.dirname, '../..');
const settings = [
  'package.json',
  'tsconfig.json',
  'biome.json',
  '.gitignore',
  '.dependency-cruiser.mjs',
  'scripts/check-imports.ts',
];

export type Files = Readonly<Record<string, string>>;

/** Every kind of file of the house, importing what it may. */
const sound: Files = {
  'src/core/ids.ts': 'export type Id = string;\nexport const id: Id = "";\n'.replaceAll('"', "'"),
  'src/core/hash.ts': modules('node:crypto', 'secure-json-parse', './ids.ts'),
  'src/core/ids.test.ts': passing('fast-check', './ids.ts', '../../test/helpers/sound.ts'),
  'src/dialects/dialect.ts': modules('../core/ids.ts'),
  'src/dialects/dialect.contract.ts': modules('fast-check', './dialect.ts', '../../test/helpers/sound.ts'),
  'src/dialects/graph/answers.ts': modules('../../core/ids.ts', '../dialect.ts'),
  'src/dialects/kapso/index.ts': modules('../graph/answers.ts'),
  'src/dialects/meta/wire.ts': "export type { FromSchema } from 'json-schema-to-ts';\n",
  'src/dialects/meta/index.ts': modules('../../core/ids.ts', '../dialect.ts', '../graph/answers.ts', './wire.ts'),
  'src/dialects/index.ts': modules('./kapso/index.ts', './meta/index.ts'),
  'src/store/rows.ts': modules('../core/ids.ts'),
  'src/store/sqlite/store.ts': modules('node:sqlite', '../../core/ids.ts', '../rows.ts'),
  'src/store/postgres/store.ts': modules('../rows.ts'),
  'src/store/index.ts': modules('./postgres/store.ts', './sqlite/store.ts'),
  'src/upstream/queue.ts': modules('../core/ids.ts', '../dialects/dialect.ts', '../dialects/index.ts'),
  'src/upstream/backoff.ts': modules('cockatiel'),
  'src/forwarding/road.ts': modules('undici', '../core/ids.ts', '../upstream/backoff.ts'),
  'src/gateway/passage.ts': modules('../core/ids.ts', '../dialects/dialect.ts'),
  'src/observe/events.ts': modules('pino', '../core/ids.ts'),
  'src/http/mount.ts': modules('fastify', '../core/ids.ts', '../dialects/dialect.ts', '../observe/events.ts'),
  'src/admin/routes.ts': modules('../core/ids.ts', '../observe/events.ts', '../version.ts'),
  'src/config/env.ts': "export const url = process.env['GATEHOUSE_URL'];\n",
  'src/config/config.ts': modules('../core/ids.ts', './env.ts'),
  'src/version.ts': 'export const version = 1;\n',
  'src/service/first-start.ts': modules('../core/ids.ts', '../dialects/dialect.ts', '../version.ts'),
  'src/service/api.ts': modules('../admin/routes.ts', '../http/mount.ts', './first-start.ts'),
  'src/service.ts': `${modules('./admin/routes.ts', './dialects/index.ts', './http/mount.ts', './store/index.ts')}
/** Holds on to a resource. */
export async function start(open: () => AsyncDisposable): Promise<void> {
  await using _resource = open();
  await import('./service/api.ts');
}
`,
  'src/admin/schemas/numbers.ts': 'export const number = 1;\n',
  'src/client/wire.ts': "export type * from '../admin/schemas/numbers.ts';\n",
  'src/client/index.ts': "export type { FromSchema } from 'json-schema-to-ts';\nexport * from './wire.ts';\n",
  'src/cli/exit-codes.ts': modules('../client/index.ts'),
  'src/cli/program.ts': modules('commander', '../config/env.ts', '../version.ts', './exit-codes.ts'),
  'src/cli/serve.ts': modules('../config/config.ts', '../service.ts', './exit-codes.ts'),
  'src/main.ts': modules('./cli/program.ts', './cli/serve.ts'),
  'bin/gatehouse.mjs': modules('../src/main.ts'),
  'test/helpers/sound.ts': "export const anything: any = 1;\nexport const sure = anything!;\nconsole.log('');\n",
  'test/whole-run.ts': modules('./helpers/sound.ts'),
  'test/e2e/sound.test.ts': passing('../../src/service.ts', '../helpers/sound.ts'),
};

/** A module that imports these. */
export function modules(...specifiers: string[]): string {
  return specifiers.map((specifier) => `import '${specifier}';\n`).join('');
}

function passing(...specifiers: string[]): string {
  return `import { it } from 'node:test';\n${modules(...specifiers)}\nit('passes', () => {});\n`;
}

export interface Verdict {
  readonly passed: boolean;
  readonly output: string;
}

/** What an npm script says in the sound tree with these files added or changed. */
export async function judge(script: string, faults: Files, args: readonly string[] = []): Promise<Verdict> {
  const folder = await mkdtemp(join(tmpdir(), 'gatehouse-planted-'));
  try {
    for (const file of settings) await cp(join(root, file), join(folder, file), { recursive: true });
    await symlink(join(root, 'node_modules'), join(folder, 'node_modules'), 'junction');
    for (const [file, text] of Object.entries({ ...sound, ...faults })) await write(join(folder, file), text);
    return await run(folder, ['run', '--silent', script, '--', ...args]);
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function write(path: string, text: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, text);
}

function run(cwd: string, args: readonly string[]): Promise<Verdict> {
  // A test run that is told of the one around it runs nothing.
  const { NODE_TEST_CONTEXT: _, ...env } = process.env;
  return new Promise((resolve) => {
    execFile('npm', args, { cwd, env, shell: process.platform === 'win32' }, (error, stdout, stderr) => {
      resolve({ passed: error === null, output: stripVTControlCharacters(`${stdout}\n${stderr}`) });
    });
  });
}
