import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { type Files, judge, modules } from './planted-tree.ts';

const config = new URL('../../.dependency-cruiser.mjs', import.meta.url);

/** By file: the rule that it breaks, and what it holds. */
const lintFaults: Readonly<Record<string, readonly [rule: string, text: string]>> = {
  'src/core/any.ts': ['noExplicitAny', 'export const anything: any = 1;\n'],
  'src/core/non-null.ts': ['noNonNullAssertion', 'export const sure = [1].at(0)!;\n'],
  'src/core/unused.ts': ['noUnusedVariables', 'const unused = 1;\n'],
  'src/core/default-export.ts': ['noDefaultExport', 'export default 1;\n'],
  'src/core/type.ts': ['useImportType', "import { type Id } from './ids.ts';\n\nexport type Key = Id;\n"],
  'src/http/console.ts': ['noConsole', "console.log('');\n"],
  'src/http/builtin.ts': ['useNodejsImportProtocol', modules('fs')],
  'src/http/extension.ts': ['useImportExtensions', modules('./mount')],
  'src/http/env.ts': ['noProcessEnv', 'export const port = process.env.PORT;\n'],
  'src/main.ts': ['noProcessEnv', "export const port = globalThis.process.env['PORT'];\n"],
  'src/config/config.ts': ['noProcessEnv', "import { env } from 'node:process';\n\nexport const port = env['PORT'];\n"],
  'src/core/quotes.ts': ['format', 'export const text = "";\n'],
  'src/http/fault.test.ts': ['format', 'export const text = "";\n'],
  'test/e2e/fault.ts': ['format', 'export const text = "";\n'],
  'scripts/fault.ts': ['format', 'export const text = "";\n'],
  'bin/fault.mjs': ['format', 'export const text = "";\n'],
};

/** A check counts only once it was seen to fail. */
describe('each check, run in a small tree,', { concurrency: 3 }, () => {
  for (const script of ['types', 'lint', 'imports', 'test']) {
    it(`${script}: passes without a fault`, async () => {
      const { passed, output } = await judge(script, {});
      assert.ok(passed, output);
    });
  }

  it('types: fails for a wrong type in any folder, and for syntax that Node cannot erase', async () => {
    const wrong = "export const count: number = 'one';\n";
    await assertFails('types', {
      'src/core/fault.ts': wrong,
      'src/store/fault.test.ts': wrong,
      'test/e2e/fault.ts': wrong,
      'scripts/fault.ts': wrong,
      'src/http/erasable.ts': 'export enum Kind {\n  One,\n}\n',
    });
  });

  it('lint: fails for each rule that is broken, and for a bad format in any folder', async () => {
    const { passed, output } = await judge(
      'lint',
      Object.fromEntries(Object.entries(lintFaults).map(([file, [, text]]) => [file, text])),
      ['--max-diagnostics=none'],
    );
    assert.equal(passed, false);
    const silent = Object.entries(lintFaults).filter(
      ([file, [rule]]) => !output.split('\n').some((line) => line.startsWith(file) && line.includes(rule)),
    );
    assert.deepEqual(silent, [], output);
  });

  it('test: fails for a failing test, beside the code and in the folder of tests', async () => {
    const failing = "import { it } from 'node:test';\n\nit('fails', () => Promise.reject(new Error('no')));\n";
    const output = await assertFails('test', {
      'src/store/sqlite/fault.test.ts': failing,
      'test/e2e/fault.test.ts': failing,
    });
    assert.match(output, /^ℹ pass 2$/m);
    assert.match(output, /^ℹ fail 2$/m);
  });
});

/** By the name of the rule: the file at fault and what it holds, in every way there is to write an import. */
const importFaults: Readonly<Record<string, readonly [file: string, text: string]>> = {
  core: ['src/core/fault.ts', "export type * from '../observe/events.ts';\n"],
  dialect: ['src/dialects/dialect.ts', modules('./graph/answers.ts')],
  graph: ['src/dialects/graph/fault.ts', "export const meta = () => import('../meta/index.ts');\n"],
  'one-dialect': ['src/dialects/meta/fault.ts', "export type { Id } from '../kapso/index.ts';\n"],
  dialects: ['src/dialects/index.ts', modules('../http/mount.ts')],
  'shared-by-stores': ['src/store/rows.ts', modules('./sqlite/store.ts')],
  'one-store': ['src/store/postgres/store.ts', "export * from '../sqlite/store.ts';\n"],
  stores: ['src/store/index.ts', modules('../config/config.ts')],
  upstream: ['src/upstream/fault.ts', modules('../dialects/meta/index.ts')],
  forwarding: ['src/forwarding/fault.ts', modules('../upstream/queue.ts')],
  http: ['src/http/fault.ts', "import type * as routes from '../admin/routes.ts';\n\nexport { routes };\n"],
  'one-border': ['src/gateway/fault.ts', modules('../http/mount.ts')],
  observe: ['src/observe/fault.ts', modules('../service.ts')],
  config: ['src/config/fault.ts', "import type { Id } from '../store/rows.ts';\n\nexport type { Id };\n"],
  version: ['src/version.ts', modules('./core/ids.ts')],
  'first-start': ['src/service/first-start.ts', modules('../http/mount.ts')],
  client: ['src/client/fault.ts', "export type * from '../core/ids.ts';\n"],
  cli: ['src/cli/fault.ts', modules('../config/config.ts')],
  serve: ['src/cli/serve.ts', modules('../http/mount.ts')],
  upkeep: ['src/cli/upkeep.ts', modules('../store/index.ts')],
  service: ['src/service.ts', modules('./main.ts')],
  main: ['src/main.ts', modules('./http/mount.ts')],
  bin: ['bin/fault.mjs', "export { id } from '../src/core/ids.ts';\n"],
  'not-in-the-table': ['src/utils/fault.ts', modules('../core/ids.ts')],
  'no-cycle': ['src/jobs/fault.ts', "import type { round } from './round.ts';\n\nexport type Round = typeof round;\n"],
  'not-found': ['src/gateway/not-found.ts', modules('./missing.ts')],
  'no-test-in-the-product': ['src/gateway/test.ts', modules('../../test/helpers/sound.ts')],
  'no-dev-dependency-in-the-product': ['src/gateway/dev.ts', modules('fast-check')],
  'no-undeclared-package': ['src/gateway/undeclared.ts', modules('ajv-formats')],
  'core-needs-nothing': ['src/core/http.ts', modules('node:http')],
  'client-needs-nothing': ['src/client/node.ts', modules('node:util')],
  'only-dialects-name-a-dialect': ['src/admin/dialect.ts', modules('../dialects/meta/index.ts')],
  'only-stores-name-a-database': ['src/http/database.ts', "export const sqlite = await import('node:sqlite');\n"],
};
const importFaultFiles: Files = {
  ...Object.fromEntries(Object.values(importFaults)),
  'src/jobs/round.ts': modules('./fault.ts'),
};

describe('the import table, in a small tree,', { concurrency: 2 }, () => {
  it('fails for each of its rules and names the file', async () => {
    const { forbidden } = (await import(config.href)).default;
    const rules: string[] = forbidden.map(({ name }: { name: string }) => name);
    assert.deepEqual(rules.toSorted(), Object.keys(importFaults).toSorted(), 'A rule without a planted fault');
    const { passed, output } = await judge('imports', importFaultFiles);
    assert.equal(passed, false);
    const silent = rules.filter((rule) => !output.includes(`error ${rule}: ${importFaults[rule]?.[0]} → `));
    assert.deepEqual(silent, [], output);
  });

  it('fails if it did not read the files', async () => {
    const settings = readFileSync(config, 'utf8').replace("parser: 'swc',", "exclude: '[.]ts',");
    const output = await assertFails('imports', { '.dependency-cruiser.mjs': settings }, ['src/core/ids.ts']);
    assert.match(output, /^Read 1 of \d\d files\.$/m);
  });

  it('fails if it read TypeScript as JavaScript', async () => {
    const settings = readFileSync(config, 'utf8').replace("parser: 'swc',", '');
    await assertFails('imports', { '.dependency-cruiser.mjs': settings }, ['src/dialects/meta/wire.ts']);
  });

  it('fails if it overlooked an import', async () => {
    await assertFails('imports', { 'src/core/fault.ts': "export type Id = import('./ids.ts').Id;\n" });
  });
});

/** Fails unless the check fails and names every file at fault. */
async function assertFails(script: string, faults: Files, named: readonly string[] = Object.keys(faults)) {
  const { passed, output } = await judge(script, faults);
  assert.equal(passed, false, output);
  const silent = named.filter((file) => !output.includes(file));
  assert.deepEqual(silent, [], output);
  return output;
}
