/** A database's URL, as libpq has it: https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-CONNSTRING-URIS */
import { StoreOpenError } from '../open-error.ts';
import { defaultTimeouts, type Host, type Target } from './target.ts';
import { type SslMode, sslModes, tlsOf } from './tls.ts';

const example = 'postgres://USER:PASSWORD@HOST:5432/DATABASE?sslmode=verify-full';

/** Understands a URL; throws a `StoreOpenError` that names each part that is wrong, and no password. */
export function parseUrl(url: string): Target {
  const faults: string[] = [];
  const match = /^postgres(?:ql)?:\/\/(?:([^@/?#]*)@)?([^@/?#]*)(?:\/([^@/?#]*))?(?:\?([^@#]*))?$/i.exec(url);
  // What does not fit may be a part of the password.
  if (!match) throw fault([`it is not like ${example}, or has one of @ / ? # unescaped in a part (%40 %2F %3F %23)`]);
  const [, userInfo = '', authority = '', path = '', search = ''] = match;
  const [user = '', ...secrets] = userInfo.split(':');
  const parameters = new Parameters(search, faults);
  const hosts = authority.split(',').map((text) => parseHost(text, faults));
  const password = decode(secrets.join(':'), 'the password', faults);
  const decoded = { user: decode(user, 'the user', faults), database: decode(path, 'the database', faults) };
  if (decoded.user === '') faults.push('it names no user');
  if (decoded.database === '') faults.push('it names no database');
  const mode = parameters.oneOf('sslmode', sslModes, 'prefer');
  const files = {
    ca: parameters.text('sslrootcert'),
    certificate: parameters.text('sslcert'),
    key: parameters.text('sslkey'),
  };
  const keepsSession = parameters.oneOf('prepare', ['on', 'off'], 'on') === 'on';
  const maxConnections = parameters.integer('pool', 10, { from: 1, to: 1000 });
  const connect = parameters.integer('connect_timeout', defaultTimeouts.connect / 1000, { from: 1, to: 600 }) * 1000;
  const applicationName = parameters.text('application_name') ?? 'gatehouse';
  const options = parameters.text('options');
  // Nothing else is looked for.
  parameters.oneOf('target_session_attrs', ['read-write', 'primary', 'any'], 'read-write');
  parameters.refuseOthers();
  const tls = tlsOf(mode as SslMode, files, faults);
  const [first, ...others] = hosts.filter((host) => host !== undefined);
  if (!first || faults.length > 0) throw fault(faults);
  return {
    hosts: [first, ...others],
    ...decoded,
    password,
    applicationName,
    options,
    tls,
    mayBePlain: mode === 'prefer',
    keepsSession,
    maxConnections,
    // Whoever waits for a connection may have to wait until one is made.
    timeouts: { ...defaultTimeouts, connect, acquire: Math.max(defaultTimeouts.acquire, connect) },
  };
}

/** What a database is called where everybody may read it. */
export function placeOf({ hosts, database }: Pick<Target, 'hosts' | 'database'>): string {
  return `${hosts.map(({ host, port }) => `${host}:${port}`).join(',')}/${database}`;
}

function fault(faults: readonly string[]): StoreOpenError {
  return new StoreOpenError('', `The URL of the database cannot be used: ${faults.join('; ')}.`);
}

function parseHost(text: string, faults: string[]): Host | undefined {
  const [, bracketed, plain, port] = /^(?:\[([0-9a-f:.%]+)\]|([^:[\]]+))(?::(\d{1,5}))?$/i.exec(text) ?? [];
  const host = bracketed ?? plain;
  if (host !== undefined && isPort(port ?? '5432'))
    return { host: decode(host, 'a host', faults), port: Number(port ?? 5432) };
  faults.push(text === '' ? 'it names no host' : `${JSON.stringify(text)} is no HOST or HOST:PORT`);
  return undefined;
}

function isPort(text: string): boolean {
  return Number(text) >= 1 && Number(text) <= 65_535;
}

function decode(text: string, name: string, faults: string[]): string {
  try {
    return decodeURIComponent(text);
  } catch {
    faults.push(`${name} has a % that is not followed by two hexadecimal digits (a % itself is %25)`);
    return '';
  }
}

/** What follows the question mark. */
class Parameters {
  readonly #values = new Map<string, string>();
  readonly #known = new Set<string>();
  readonly #faults: string[];

  constructor(search: string, faults: string[]) {
    this.#faults = faults;
    for (const part of search.split('&')) {
      if (part === '') continue;
      const [name = '', ...rest] = part.split('=');
      if (this.#values.has(name)) faults.push(`${JSON.stringify(name)} is there twice`);
      this.#values.set(name, decode(rest.join('='), name, faults));
    }
  }

  text(name: string): string | undefined {
    this.#known.add(name);
    const value = this.#values.get(name);
    if (value === '') this.#faults.push(`${name} is empty`);
    return value;
  }

  oneOf<Word extends string>(name: string, words: readonly Word[], fallback: Word): Word {
    const value = this.text(name);
    if (value === undefined) return fallback;
    const word = words.find((known) => known === value);
    if (word === undefined)
      this.#faults.push(`${name} must be one of ${words.join(', ')}, not ${JSON.stringify(value)}`);
    return word ?? fallback;
  }

  integer(name: string, fallback: number, { from, to }: { from: number; to: number }): number {
    const value = this.text(name);
    if (value === undefined) return fallback;
    const number = /^\d{1,9}$/.test(value) ? Number(value) : Number.NaN;
    if (number >= from && number <= to) return number;
    this.#faults.push(`${name} must be a whole number from ${from} to ${to}, not ${JSON.stringify(value)}`);
    return fallback;
  }

  refuseOthers(): void {
    for (const name of this.#values.keys()) {
      // Its value may be a secret.
      if (!this.#known.has(name)) this.#faults.push(`${JSON.stringify(name)} is no parameter that Gatehouse knows`);
    }
  }
}
