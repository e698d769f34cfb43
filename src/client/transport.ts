/** Sends requests to the admin API, again where that is safe. */
import { type Answer, readAnswer } from './answer.ts';
import { GatehouseError } from './error.ts';
import { pauseAfter, realTiming, type Timing } from './retry.ts';

export interface GatehouseOptions {
  /** Where the server answers: `http://127.0.0.1:8080`, say; a path is kept. */
  readonly url: string | URL;
  readonly adminKey: string;
  /** How long one attempt may take until its answer is read, in ms (10,000). */
  readonly timeout?: number;
  /** How often a request is sent at most (4); 1: never again. */
  readonly attempts?: number;
  /** Used instead of the global `fetch`. */
  readonly fetch?: typeof fetch;
  /** For tests: the time that it lives in. */
  readonly timing?: Timing;
}

/** What every call takes. */
export interface CallOptions {
  /** Ends the call, its pauses too; the call then throws the signal's own reason. */
  readonly signal?: AbortSignal | undefined;
}

export interface Request extends CallOptions {
  readonly method: 'GET' | 'PUT' | 'POST' | 'DELETE';
  /** Parts of the path by name; each is escaped. */
  readonly path: readonly (string | { readonly name: string; readonly value: string })[];
  readonly query?: Readonly<Record<string, string | number | undefined>>;
  readonly body?: unknown;
  /** What is not there any more when the request is repeated in doubt was removed by the attempt before. */
  readonly goneIsDone?: boolean;
}

export interface Reply<Body> {
  readonly status: number;
  readonly body: Body;
}

/** Codes by which Node, Deno and Bun tell that nothing was sent. A browser tells nothing: then it is in doubt. */
const neverSent: readonly unknown[] = [
  'ECONNREFUSED',
  'ConnectionRefused',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
];

export class Transport {
  readonly timing: Timing;
  readonly #base: string;
  readonly #adminKey: string;
  readonly #timeout: number;
  readonly #attempts: number;
  readonly #fetch: typeof fetch;

  constructor({ url, adminKey, timeout = 10_000, attempts = 4, timing = realTiming, ...options }: GatehouseOptions) {
    this.#base = toBase(url);
    // fetch would name the key in its own refusal of it.
    if (!/^[\x21-\x7e]+$/.test(adminKey)) throw new TypeError('adminKey must be visible ASCII characters.');
    this.#adminKey = adminKey;
    this.#timeout = positive('timeout', timeout);
    this.#attempts = positive('attempts', attempts);
    this.#fetch = options.fetch ?? ((...args) => fetch(...args));
    this.timing = timing;
  }

  async send<Body>(request: Request): Promise<Reply<Body>> {
    const url = this.#base + toPath(request);
    let isInDoubt = false;
    for (let tries = 1; ; tries += 1) {
      try {
        const answer = await this.#attempt(url, request);
        return { status: answer.status, body: readAnswer(answer, this.timing.now()) as Body };
      } catch (error) {
        if (!(error instanceof GatehouseError)) throw error;
        if (error.kind === 'not-found' && isInDoubt && request.goneIsDone)
          return { status: 204, body: undefined as Body };
        isInDoubt ||= error.inDoubt;
        const pause = pauseAfter(error, request.method !== 'POST', tries, this.timing.random());
        if (pause === undefined || tries >= this.#attempts) throw error;
        await this.timing.wait(pause, request.signal);
      }
    }
  }

  async #attempt(url: string, { method, body, signal }: Request): Promise<Answer> {
    signal?.throwIfAborted();
    const expired = this.timing.expire(this.#timeout);
    try {
      const response = await this.#fetch(url, {
        method,
        headers: {
          accept: 'application/json',
          authorization: `Bearer ${this.#adminKey}`,
          ...(body !== undefined && { 'content-type': 'application/json' }),
        },
        ...(body !== undefined && { body: JSON.stringify(body) }),
        // Followed, a redirect could turn a POST into a GET.
        redirect: 'manual',
        signal: signal ? AbortSignal.any([expired, signal]) : expired,
      });
      return { status: response.status, headers: response.headers, text: await response.text() };
    } catch (cause) {
      signal?.throwIfAborted();
      throw expired.aborted ? late(this.#timeout, cause) : unreachable(url, cause);
    }
  }
}

function late(timeout: number, cause: unknown): GatehouseError {
  const message = `The server has not answered within ${timeout} ms.`;
  return new GatehouseError(message, { kind: 'timeout', inDoubt: true, cause });
}

function unreachable(url: string, cause: unknown): GatehouseError {
  const codes = codesOf(cause);
  const told = codes.length > 0 ? ` (${codes.join(', ')})` : '';
  const inDoubt = codes.length === 0 || !codes.every((code) => neverSent.includes(code));
  const message = inDoubt ? 'The connection gave no answer' : 'No connection could be made';
  return new GatehouseError(`${message}: ${new URL(url).origin}${told}.`, { kind: 'unreachable', inDoubt, cause });
}

/** The codes of an error and of those that brought it about: several, if a host has several addresses. */
function codesOf(error: unknown): unknown[] {
  if (typeof error !== 'object' || error === null) return [];
  const { code, cause, errors } = error as { code?: unknown; cause?: unknown; errors?: unknown };
  if (Array.isArray(errors) && errors.length > 0) return [...new Set(errors.flatMap(codesOf))];
  return typeof code === 'string' ? [code] : codesOf(cause);
}

function toBase(url: string | URL): string {
  const parsed = URL.canParse(String(url)) ? new URL(url) : undefined;
  if (
    !parsed ||
    !/^https?:$/.test(parsed.protocol) ||
    parsed.search ||
    parsed.hash ||
    parsed.username ||
    parsed.password
  )
    throw new TypeError('url must be an http or https URL without credentials, query or fragment.');
  return `${parsed.href.replace(/\/+$/, '')}/api/v1`;
}

function toPath({ path, query = {} }: Request): string {
  const parts = path.map((part) => (typeof part === 'string' ? part : escapePart(part.name, part.value)));
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) if (value !== undefined) search.set(name, String(value));
  return `/${parts.join('/')}${search.size > 0 ? `?${search}` : ''}`;
}

/** A URL would take `.` and `..` for steps in its path, and lead to something else. */
function escapePart(name: string, value: string): string {
  if (typeof value === 'string' && value.isWellFormed() && !/^\.{0,2}$/.test(value)) return encodeURIComponent(value);
  const fault = { field: name, detail: 'must be a text that names something.' };
  throw new GatehouseError(`${name} ${fault.detail}`, { kind: 'invalid', fields: [fault] });
}

function positive(name: string, value: number): number {
  if (!(value >= 1)) throw new TypeError(`${name} must be at least 1.`);
  return value;
}
