import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { TestContext } from 'node:test';
import { afterwards } from '../helpers/cleanup.ts';
import { adminKey } from '../helpers/client.ts';
import { startCommand } from '../helpers/process.ts';
import { startTestService, type TestService, tempFolder } from '../helpers/service.ts';

export interface Ran {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** What a command printed with `--json`. */
export function values({ out }: Ran) {
  return out
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line));
}

export interface RunOptions {
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly input?: string;
  /** Where it is called. */
  readonly cwd: string;
}

/** The variables of a process that calls the command line: none of ours but these. */
export function callerEnv(env: RunOptions['env'] = {}): NodeJS.ProcessEnv {
  // Node takes CI, too, for a reader without colours.
  const others = Object.entries(process.env).filter(
    ([name]) => !/^(GATEHOUSE_|NO_COLOR|FORCE_COLOR|NODE_|CI$)/.test(name),
  );
  return { ...Object.fromEntries(others), ...env };
}

/** Runs the command line to its end, as a process of its own. */
export function run(args: readonly string[], { env, input = '', cwd }: RunOptions): Promise<Ran> {
  const [program, file = ''] = startCommand;
  const child = spawn(program, [file, ...args], { cwd, env: callerEnv(env) });
  let [out, err] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text) => (out += text));
  child.stderr.setEncoding('utf8').on('data', (text) => (err += text));
  // It may end without reading all of it.
  child.stdin.on('error', () => {});
  child.stdin.end(input);
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, out, err }));
  });
}

/** Begins a command; gives its lines as they come. It is killed with the test. */
export function begin(t: TestContext, args: readonly string[], options: RunOptions) {
  const [program, file = ''] = startCommand;
  const child = spawn(program, [file, ...args], { cwd: options.cwd, env: callerEnv(options.env) });
  const closed = new Promise((resolve) => child.on('close', resolve));
  afterwards(t, () => {
    child.kill('SIGKILL');
    return closed;
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return { child, nextLine: async (): Promise<string> => String((await lines.next()).value) };
}

export interface Desk {
  readonly service: TestService;
  /** An empty folder, where the commands are called. */
  readonly cwd: string;
  /** Runs a command against the service, with its key. */
  gatehouse(args: readonly string[], input?: string): Promise<Ran>;
}

export const open = '106540352242922';
export const strict = '106540352242923';

const secretKey = Buffer.alloc(32, 7).toString('base64');

/** A service with the two demo numbers, and a command line that reaches it. */
export async function startDesk(t: TestContext): Promise<Desk> {
  const service = await startTestService(t, { env: { GATEHOUSE_DEMO: 'on', GATEHOUSE_SECRET_KEY: secretKey } });
  const cwd = tempFolder(t);
  const env = { GATEHOUSE_URL: service.base, GATEHOUSE_ADMIN_KEY: adminKey };
  return { service, cwd, gatehouse: (args, input) => run(args, { env, cwd, ...(input !== undefined && { input }) }) };
}
