import {
  closeSync,
  existsSync,
  fchmodSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  rmSync,
  writeSync,
} from 'node:fs';
import path from 'node:path';
import type { Dialect, ExampleTarget } from '../dialects/dialect.ts';
import type { Logger } from '../observe/events.ts';
import { version } from '../version.ts';
import { type FirstStart, type MadeSecrets, prepareStore } from './first-start.ts';

/** A user for the curls to block; the block of US numbers 555-01xx belongs to nobody. */
const exampleUser = '+16505550123';

/** Where the server listens, and where clients reach it. */
export interface Address {
  readonly url: string;
  readonly baseUrl: string;
}

export interface Welcome extends Omit<FirstStart, 'keep' | 'takeBack'> {
  readonly dialects: readonly Dialect[];
  readonly at: Address;
  /** Where the secrets of the first start are kept, in a file. */
  readonly folder: string;
  readonly print: (text: string) => void;
  readonly logger: Logger;
}

/** Gives an empty store what a newcomer needs and tells it; a later start is told in one line. */
export async function welcome({ dialects, at, folder, print, logger, ...start }: Welcome): Promise<void> {
  const file = path.join(folder, 'first-start.txt');
  const text = (made: MadeSecrets) => welcomeText(made, at, dialects);
  // What was kept before stays: secrets of another database in the folder stand nowhere else.
  const earlier = existsSync(file) ? readFileSync(file, 'utf8') : '';
  const keep = (made: MadeSecrets) => {
    try {
      writePrivately(file, earlier === '' ? text(made) : `${text(made)}\n${earlier}`);
    } catch (error) {
      throw unkept(file, error);
    }
  };
  const takeBack = () => (earlier === '' ? rmSync(file, { force: true }) : writePrivately(file, earlier));
  const made = await prepareStore({ ...start, keep, takeBack });
  if (made) print(`${text(made)}\nKept in ${file}\n`);
  else logger.info(earlier === '' ? {} : { first_start: file }, `Gatehouse listens on ${at.url}`);
}

/** Its code stays: it is for who runs the server. */
function unkept(file: string, cause: unknown): Error {
  const { code, message } = cause as NodeJS.ErrnoException;
  const place = path.resolve(file);
  const text = `the first start makes keys, and cannot keep them in ${place} (${message}): start it where that can be written.`;
  return Object.assign(new Error(text, { cause }), { code });
}

/** What a newcomer needs: the address, the secrets that are shown this once, and curls to paste. */
export function welcomeText(made: MadeSecrets, at: Address, dialects: readonly Dialect[]): string {
  const { url, baseUrl } = at;
  return [
    `Gatehouse ${version} listens on ${url}${baseUrl === url ? '' : `, reached as ${baseUrl}`}`,
    ...(made.adminKey === undefined ? [] : ['', `Admin key, for ${baseUrl}/api/v1: ${made.adminKey}`]),
    ...(made.demo === undefined ? [] : demoLines(made.demo, baseUrl, dialects)),
    '',
  ].join('\n');
}

function demoLines(demo: NonNullable<MadeSecrets['demo']>, baseUrl: string, dialects: readonly Dialect[]): string[] {
  const [open] = demo;
  if (!open) return [];
  const target: ExampleTarget = { baseUrl, numberId: open.number.id, secret: open.secret, user: exampleUser };
  return [
    '',
    'Demo numbers, each with a key that every dialect takes:',
    ...demo.map(({ number, secret }) => `  ${number.id}  rules: ${number.rules.padEnd(4)}  key: ${secret}`),
    '',
    `Block, list and unblock a user of ${open.number.id}, through each API:`,
    // The last to claim a request is the one that people know best.
    ...dialects.toReversed().flatMap((dialect) => dialectLines(dialect, target)),
  ];
}

function dialectLines(dialect: Dialect, target: ExampleTarget): string[] {
  return ['', `# ${dialect.name}`, ...dialect.examples(target).map(({ args }) => `curl ${args}`)];
}

/** Writes a text that only its owner may read, whole and on disk before it returns; makes its folder if it is missing. */
export function writePrivately(file: string, text: string): void {
  mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
  const handle = openSync(file, 'w', 0o600);
  try {
    fchmodSync(handle, 0o600);
    writeSync(handle, text);
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}
