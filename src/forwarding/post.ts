import type { Pool } from 'undici';
import type { ForwardingLimits } from './limits.ts';

export interface Post {
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

export interface Posted {
  /** As `Attempt` has it. */
  readonly result: string;
  /** In plain words, unless the app took it. */
  readonly detail?: string;
}

export type PostLimits = Pick<ForwardingLimits, 'callTimeout' | 'answerBytes'>;

/** Sends it; the app took it if it says so (2xx) in time. Redirects are answers. `undefined`: `signal` ended it. */
export async function post(
  pool: Pool,
  { path, headers, body }: Post,
  { callTimeout, answerBytes }: PostLimits,
  signal: AbortSignal,
): Promise<Posted | undefined> {
  const call = new AbortController();
  const end = () => call.abort();
  const timer = setTimeout(end, callTimeout);
  signal.addEventListener('abort', end, { once: true });
  const ends = { signal: call.signal, headersTimeout: 0, bodyTimeout: 0 };
  try {
    const answer = await pool.request({ method: 'POST', path, headers, body, ...ends });
    // What the app says besides is nobody's business, and cannot take back what it said.
    await answer.body.dump({ limit: answerBytes, signal: call.signal }).catch(() => {});
    return toPosted(answer.statusCode);
  } catch (error) {
    if (signal.aborted) return undefined;
    if (call.signal.aborted) return { result: 'late', detail: `The app did not answer within ${callTimeout / 1000} s` };
    return { result: 'lost', detail: describe(error) };
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', end);
  }
}

function toPosted(status: number): Posted {
  const family = Math.floor(status / 100);
  const result = `${family}xx`;
  if (family === 2) return { result };
  return { result, detail: `The app answered ${status}${family === 3 ? ': redirects are not followed' : ''}` };
}

const unreachable: readonly unknown[] = [
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ETIMEDOUT',
  'UND_ERR_CONNECT_TIMEOUT',
  'ERR_REFUSED_ADDRESS',
];

/** In plain words; the code is that of the network. No address or header is told. */
function describe(error: unknown): string {
  const { code } = error as { readonly code?: unknown };
  const reason = typeof code === 'string' ? ` (${code})` : '';
  return unreachable.includes(code) ? `The app cannot be reached${reason}` : `The app gave no whole answer${reason}`;
}
