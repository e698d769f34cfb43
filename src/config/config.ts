import { isIP } from 'node:net';
import { minSecretLength } from '../core/credentials.ts';
import { type Environment, readEnvironment, type Variable } from './env.ts';
import { parseNetworks } from './networks.ts';
import { faultOfSecretKeys, parseSecretKeys } from './secret-keys.ts';

const logLevels = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;

export interface Config {
  readonly host: string;
  readonly port: number;
  /** The store's URL: `sqlite:<path>` or `postgres://…`. */
  readonly database: string;
  readonly adminKey: string | undefined;
  /** Scheme, host and any path that clients use, without a slash at the end. */
  readonly publicUrl: string | undefined;
  readonly logLevel: (typeof logLevels)[number];
  /** Requests a second that one key may make; 0: any number. */
  readonly rateLimit: number;
  /** What the secrets of connections and apps are kept with, 32 bytes each: the first encrypts, all decrypt. None: they cannot be kept. */
  readonly secretKeys: readonly Uint8Array[];
  /** Private networks (CIDRs) that connections and apps may be in. */
  readonly allowPrivate: readonly string[];
  /** Whether a first start makes demo numbers. */
  readonly demo: boolean;
  /** Whether spans go to a collector; OpenTelemetry's own libraries read from its variables to which, and how. */
  readonly traces: boolean;
}

/** Every fault of the settings at once, a sentence each. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  readonly faults: readonly string[];

  constructor(faults: readonly string[]) {
    super(faults.join('\n'));
    this.faults = faults;
  }
}

/** Checks all settings together; throws a ConfigError that lists each fault by its variable. */
export function readConfig(source?: NodeJS.ProcessEnv): Config {
  const { env, unknown } = readEnvironment(source);
  const faults: string[] = unknown.map((name) => `${name} is no setting of Gatehouse (--help lists them)`);
  const read = <Value>(
    name: Variable,
    fallback: Value,
    parse: (text: string) => Value | undefined,
    expected: string,
  ) => {
    const text = env[name];
    if (text === undefined) return fallback;
    const value = parse(text);
    if (value === undefined) faults.push(`${name} must be ${expected}, not ${shown(name, text)}`);
    return value ?? fallback;
  };
  const host = read('GATEHOUSE_HOST', '127.0.0.1', parseHost, 'an IP address or a host name');
  const port = read('PORT', 8080, parsePort, 'a port from 0 to 65535');
  const config: Config = {
    host,
    port: read('GATEHOUSE_PORT', port, parsePort, 'a port from 0 to 65535'),
    database: read(
      'GATEHOUSE_DATABASE',
      'sqlite:./data/gatehouse.db',
      parseDatabase,
      'sqlite:<path of a file> or a postgres:// URL',
    ),
    adminKey: read(
      'GATEHOUSE_ADMIN_KEY',
      undefined,
      parseSecret,
      `at least ${minSecretLength} visible ASCII characters`,
    ),
    publicUrl: read(
      'GATEHOUSE_PUBLIC_URL',
      undefined,
      parsePublicUrl,
      'an http or https URL without user, query and fragment',
    ),
    logLevel: read('GATEHOUSE_LOG_LEVEL', 'info', oneOf(logLevels), `one of ${logLevels.join(', ')}`),
    rateLimit: read('GATEHOUSE_RATE_LIMIT', 0, parseRate, 'a whole number from 0 to 1000000'),
    secretKeys: read('GATEHOUSE_SECRET_KEY', [], parseSecretKeys, 'base64 of 32 bytes, several with commas between'),
    allowPrivate: read(
      'GATEHOUSE_ALLOW_PRIVATE',
      [],
      parseNetworks,
      'IP addresses and networks like 10.0.0.0/8, with commas between',
    ),
    demo: read('GATEHOUSE_DEMO', isLoopback(host) ? 'on' : 'off', oneOf(['on', 'off']), 'on or off') === 'on',
    traces: wantsTraces(env),
  };
  // A PORT that GATEHOUSE_PORT overrides is not ours to judge.
  const counted = env.GATEHOUSE_PORT === undefined ? faults : faults.filter((fault) => !fault.startsWith('PORT '));
  if (counted.length > 0) throw new ConfigError(counted);
  return Object.freeze(config);
}

/** As OpenTelemetry's specification has it. https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables/ */
function wantsTraces(env: Environment): boolean {
  const endpoint = env.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT ?? env.OTEL_EXPORTER_OTLP_ENDPOINT;
  const isOff = env.OTEL_SDK_DISABLED?.toLowerCase() === 'true' || env.OTEL_TRACES_EXPORTER === 'none';
  return endpoint !== undefined && !isOff;
}

/** Secrets are told by what is wrong with them alone. */
function shown(name: Variable, text: string): string {
  if (name === 'GATEHOUSE_PUBLIC_URL' && text.includes('@')) return 'one with a user or password';
  if (name === 'GATEHOUSE_SECRET_KEY') return faultOfSecretKeys(text);
  if (name === 'GATEHOUSE_DATABASE' && text.includes('@')) return 'one with a user or password';
  if (name !== 'GATEHOUSE_ADMIN_KEY') return JSON.stringify(text);
  return text.length < minSecretLength ? `${text.length} of them` : 'with a space, a control or a non-ASCII character';
}

function parseHost(text: string): string | undefined {
  return isIP(text) !== 0 || /^[A-Za-z0-9]([A-Za-z0-9.-]{0,252}[A-Za-z0-9])?$/.test(text) ? text : undefined;
}

function parsePort(text: string): number | undefined {
  return /^\d{1,5}$/.test(text) && Number(text) <= 65_535 ? Number(text) : undefined;
}

function parseRate(text: string): number | undefined {
  return /^\d{1,7}$/.test(text) && Number(text) <= 1_000_000 ? Number(text) : undefined;
}

function parseDatabase(text: string): string | undefined {
  // The store understands the rest of it, and names its faults.
  if (/^postgres(ql)?:\/\/[^\0]+$/.test(text)) return text;
  // `:memory:` and `file:` mean something to SQLite; here they would be names of files.
  return /^sqlite:(?!:memory:|file:)[^\0]+$/.test(text) ? text : undefined;
}

function parseSecret(text: string): string | undefined {
  return /^[\x21-\x7e]+$/.test(text) && text.length >= minSecretLength ? text : undefined;
}

function parsePublicUrl(text: string): string | undefined {
  const url = URL.parse(text);
  const plain = url && /^https?:$/.test(url.protocol) && !url.search && !url.hash && !url.username && !url.password;
  // Not `href`: a bare ? or # is no query and no fragment, but stays in it.
  return plain ? `${url.origin}${url.pathname}`.replace(/\/+$/, '') : undefined;
}

function oneOf<Word extends string>(words: readonly Word[]): (text: string) => Word | undefined {
  return (text) => words.find((word) => word === text);
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127\./.test(host);
}
