/** Every public function of the client has an example, which compiles, runs against a real service and prints what it says. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, it } from 'node:test';
import { inspect } from 'node:util';
import { Gatehouse } from '../../src/client/index.ts';
import { afterwards } from '../helpers/cleanup.ts';
import { adminKey } from '../helpers/client.ts';
import { root } from '../helpers/process.ts';
import { startTestService } from '../helpers/service.ts';
import { open } from './run.ts';

interface Example {
  readonly name: string;
  readonly code: string;
  /** What it says that it prints, a line each. */
  readonly prints: readonly string[];
}

const files = globSync('src/client/*.ts', { cwd: root });
const examples = [...files.flatMap((file) => examplesIn(file)), ...examplesOfDocs()];

const secretKey = Buffer.alloc(32, 7).toString('base64');

/** What the examples find: three users who were blocked for spam. */
const seed = ['16505550100', '16505550101', '16505550102'];

describe('the examples of the client', { concurrency: 2 }, () => {
  it('are there for every public method and class', () => {
    const silent = files
      .flatMap((file) => publicNames(file))
      .filter((name) => !examples.some((one) => one.name === name));
    assert.deepEqual(silent, []);
    assert.ok(examples.length > 15, String(examples.length));
  });

  it('compile', (t) => {
    // Inside the project, so that the types of its packages are found.
    const folder = mkdtempSync(path.join(root, 'node_modules', '.gatehouse-examples-'));
    afterwards(t, () => rmSync(folder, { recursive: true }));
    for (const [index, example] of examples.entries())
      writeFileSync(path.join(folder, `${index}.ts`), toModule(example));
    const settings = { extends: path.join(root, 'tsconfig.json'), include: ['*.ts'] };
    const compilerOptions = { noUnusedLocals: false, typeRoots: [path.join(root, 'node_modules/@types')] };
    writeFileSync(path.join(folder, 'tsconfig.json'), JSON.stringify({ ...settings, compilerOptions }));
    execFileSync(process.execPath, [path.join(root, 'node_modules/typescript/bin/tsc'), '-p', folder], {
      stdio: 'pipe',
    });
  });

  for (const example of examples) {
    it(`say what they print: ${example.name}`, async (t) => {
      const service = await startTestService(t, { env: { GATEHOUSE_DEMO: 'on', GATEHOUSE_SECRET_KEY: secretKey } });
      const gatehouse = new Gatehouse({ url: service.base, adminKey });
      for (const user of seed) await gatehouse.block(open, user, { reason: 'spam' });
      const folder = mkdtempSync(path.join(service.data, 'example-'));
      const file = path.join(folder, 'example.ts');
      writeFileSync(file, toModule(example, service.base));
      const printed: string[] = [];
      const log = (...values: unknown[]) =>
        printed.push(values.map((value) => (typeof value === 'string' ? value : inspect(value))).join(' '));
      await (await import(file)).example({ log });
      assert.deepEqual(printed, example.prints);
    });
  }
});

/** The examples of a file's docstrings, by class or method. */
function examplesIn(file: string): Example[] {
  const source = readFileSync(path.join(root, file), 'utf8');
  const docs = source.matchAll(/^( *)\/\*\*\n((?:\1 \*.*\n)*?)\1 \*\/\n(.*)$/gm);
  return [...docs].flatMap(([, , doc = '', declaration = '']) => {
    const [, text] = /@example\n([\s\S]*)/.exec(doc.replaceAll(/^ *\* ?/gm, '')) ?? [];
    return text === undefined ? [] : [toExample(`${file} ${nameOf(declaration)}`, text)];
  });
}

function examplesOfDocs(): Example[] {
  const text = readFileSync(path.join(root, 'docs/client.md'), 'utf8');
  return [...text.matchAll(/^```ts\n([\s\S]*?)^```/gm)].map(([, code = ''], index) =>
    toExample(`docs/client.md ${index}`, code),
  );
}

function toExample(name: string, code: string): Example {
  const lines = code.split('\n');
  const prints = lines.flatMap((line) => {
    const [, said] = /(?:^|console\.log\(.*\); )\/\/ (.*)$/.exec(line) ?? [];
    return said === undefined ? [] : [said];
  });
  return { name, code, prints };
}

/** A module that runs the example with a console of ours; one that makes no client of its own is given one. */
function toModule({ code }: Example, url = 'http://127.0.0.1:8080'): string {
  const imports = "import { Gatehouse, GatehouseError } from 'gatehouse/client';";
  const body = code
    .replace(/^import .*\n/m, '')
    .replace(/(new Gatehouse\(\{ url: )'[^']*'/, `$1'${url}'`)
    .replace(/adminKey: '[^']*'/, `adminKey: '${adminKey}'`);
  const client = `const gatehouse = new Gatehouse({ url: '${url}', adminKey: '${adminKey}' });\n`;
  return `${imports.replace('gatehouse/client', path.join(root, 'src/client/index.ts'))}
export async function example(console: { log(...values: unknown[]): void }): Promise<void> {
void console;
${body.includes('new Gatehouse(') ? '' : client}${body}
}
`;
}

function nameOf(declaration: string): string | undefined {
  return /^(?:export )?(?:class |async \*?|\*)?(\w+)/.exec(declaration.trim())?.[1];
}

/** What can be called from outside, of the classes that the package exports or hands out. */
function publicNames(file: string): string[] {
  const source = readFileSync(path.join(root, file), 'utf8');
  const isInner = /class Transport/.test(source);
  const names = [...source.matchAll(/^export class (\w+)|^ {2}(?:async )?\*?(\w+)(?:<.*>)?\(.*\{$/gm)]
    .map(([, type, method]) => type ?? method)
    .filter(
      (name) =>
        name !== 'constructor' &&
        !['Accounts', 'Connections', 'Numbers', 'Keys', 'Events', 'Deliveries', 'Sandbox'].includes(name ?? ''),
    );
  return isInner ? [] : names.map((name) => `${file} ${name}`);
}
