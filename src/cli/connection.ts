/** Which server a command talks to, and with which key. */
import { readFileSync } from 'node:fs';
import { Gatehouse } from '../client/index.ts';
import type { Environment } from '../config/env.ts';
import { CommandError, exitCodes } from './exit-codes.ts';

export interface ConnectionOptions {
  readonly url?: string;
  readonly adminKeyFile?: string;
}

export const defaultUrl = 'http://127.0.0.1:8080';

const firstStart = './data/first-start.txt';

export function connect({ url, adminKeyFile }: ConnectionOptions, env: Environment): Gatehouse {
  const server = parseUrl(url ?? env.GATEHOUSE_URL ?? defaultUrl, url === undefined ? 'GATEHOUSE_URL' : '--url');
  const adminKey =
    adminKeyFile === undefined ? (env.GATEHOUSE_ADMIN_KEY ?? keyOfFirstStart(server)) : keyIn(adminKeyFile);
  if (!/^[\x21-\x7e]+$/.test(adminKey)) {
    throw new CommandError('The admin key must be visible ASCII characters in one line.', exitCodes.usage);
  }
  return new Gatehouse({ url: server, adminKey });
}

function parseUrl(text: string, name: string): URL {
  const url = URL.parse(text);
  if (url && /^https?:$/.test(url.protocol) && !url.search && !url.hash && !url.username && !url.password) return url;
  throw new CommandError(`${name} must be an http or https URL like ${defaultUrl}.`, exitCodes.usage);
}

function keyIn(file: string): string {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch (error) {
    throw new CommandError(`The admin key cannot be read: ${(error as Error).message}`, exitCodes.usage);
  }
}

/** The key that the first start made and kept, if it is this server's: it must not reach another. */
function keyOfFirstStart(server: URL): string {
  const [, address = '', key] = /^Admin key, for (\S+)\/api\/v1: (\S+)$/m.exec(textOf(firstStart)) ?? [];
  if (key !== undefined && (isLoopback(server.hostname) || URL.parse(address)?.origin === server.origin)) return key;
  const why =
    key === undefined
      ? `${firstStart} is not there or holds none`
      : `${firstStart} is of ${address}, not ${server.origin}`;
  throw new CommandError(
    `There is no admin key: --admin-key-file and GATEHOUSE_ADMIN_KEY are not given, and ${why}.\n` +
      '  Give the key of the server, or call this where the server was started.',
    exitCodes.notAllowed,
  );
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '[::1]' || /^127\./.test(host);
}
