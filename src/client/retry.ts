/**
 * Which failures are tried again, and when.
 *
 *                                          GET, PUT, DELETE    POST
 *     429, 503 of Gatehouse                again               again     nothing was done
 *     no connection came about             again               again     nothing was done
 *     connection lost, no answer in time   again               no        it may have been done
 *     408, 502, 503, 504 of a proxy        again               no        it may have been done
 *     anything else                        no                  no        it would not help
 *
 * A POST is not repeated in doubt: a second key that nobody knows of would stay valid.
 */
import type { GatehouseError } from './error.ts';

/** The time that a client lives in; a test brings its own. */
export interface Timing {
  now(): number;
  /** Resolves after so many ms, or rejects with the signal's reason. */
  wait(milliseconds: number, signal?: AbortSignal): Promise<void>;
  /** A signal that aborts after so many ms. */
  expire(milliseconds: number): AbortSignal;
  /** A number from 0 up to 1. */
  random(): number;
}

export const realTiming: Timing = {
  now: () => Date.now(),
  wait,
  expire: (milliseconds) => AbortSignal.timeout(milliseconds),
  random: () => Math.random(),
};

const firstPause = 250;
const longestPause = 8_000;
/** Who asks for more patience than this gets none: the caller may have better to do. */
const longestAsked = 30_000;

const passing: readonly GatehouseError['kind'][] = ['rate-limited', 'unavailable', 'unreachable', 'timeout'];

/** Whether the same request could go well later. */
export function isPassing(error: GatehouseError): boolean {
  return passing.includes(error.kind);
}

/** How long to wait before the request is sent again, in ms; undefined if it should not be. `tries` counts from 1. */
export function pauseAfter(
  error: GatehouseError,
  isIdempotent: boolean,
  tries: number,
  random: number,
): number | undefined {
  if (!isPassing(error) || (error.inDoubt && !isIdempotent)) return undefined;
  const asked = error.retryAfter ?? 0;
  if (asked > longestAsked) return undefined;
  // Any moment up to the limit: clients that failed together do not come back together.
  return asked + random * Math.min(firstPause * 2 ** (tries - 1), longestPause);
}

function wait(milliseconds: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) {
      reject(signal.reason);
      return;
    }
    const end = () => {
      clearTimeout(timer);
      reject(signal?.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', end);
      resolve();
    }, milliseconds);
    signal?.addEventListener('abort', end, { once: true });
  });
}
