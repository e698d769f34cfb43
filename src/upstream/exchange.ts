import type { Dispatcher } from 'undici';
import type { Clock } from '../core/ports.ts';
import type { OutwardAnswer, OutwardCall } from '../dialects/dialect.ts';

/** A call that got no whole answer. */
export class CallError extends Error {
  override readonly name = 'CallError';
  /** Whether the provider may have got it, or a part of it. */
  readonly wasSent: boolean;

  constructor(message: string, wasSent: boolean, cause?: unknown) {
    super(message, { cause });
    this.wasSent = wasSent;
  }
}

export interface ExchangeOptions {
  /** Ends the call, wherever it is. */
  readonly signal: AbortSignal;
  /** The longest answer, in bytes. */
  readonly answerBytes: number;
  readonly clock: Clock;
}

/** Sends a call and reads its answer to the end. Redirects are answers. Throws a CallError. */
export function exchange(dispatcher: Dispatcher, call: OutwardCall, options: ExchangeOptions): Promise<OutwardAnswer> {
  return new Promise((resolve, reject) => {
    const reader = new AnswerReader(options, resolve, reject);
    const { method, path, headers, body = null } = call;
    dispatcher.dispatch({ method, path, headers: { ...headers }, body }, reader);
  });
}

class AnswerReader implements Dispatcher.DispatchHandler {
  readonly #options: ExchangeOptions;
  readonly #resolve: (answer: OutwardAnswer) => void;
  readonly #reject: (error: CallError) => void;
  readonly #chunks: Buffer[] = [];
  readonly #onAbort = () => this.#end(this.#options.signal.reason);
  #bytes = 0;
  #head: Pick<OutwardAnswer, 'status' | 'retryAfter'> = { status: 0, retryAfter: undefined };
  /** There from the moment on when the request goes to a socket. */
  #controller: Dispatcher.DispatchController | undefined;

  constructor(options: ExchangeOptions, resolve: (answer: OutwardAnswer) => void, reject: (error: CallError) => void) {
    this.#options = options;
    this.#resolve = resolve;
    this.#reject = reject;
    const { signal } = options;
    if (signal.aborted) this.#onAbort();
    else signal.addEventListener('abort', this.#onAbort, { once: true });
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    const { signal } = this.#options;
    // Nothing is written of a request that is aborted here.
    if (signal.aborted) controller.abort(new Error('the call was given up'));
    else this.#controller = controller;
  }

  onResponseStart(_controller: unknown, status: number, headers: Readonly<Record<string, unknown>>): void {
    const retryAfter = headers['retry-after'];
    this.#head = { status, retryAfter: typeof retryAfter === 'string' ? retryAfter : undefined };
  }

  onResponseData(_controller: unknown, chunk: Buffer): void {
    this.#bytes += chunk.length;
    if (this.#bytes > this.#options.answerBytes) this.#end(new Error('the answer is too long'));
    else this.#chunks.push(chunk);
  }

  onResponseEnd(): void {
    this.#forget();
    const body = Buffer.concat(this.#chunks).toString();
    this.#resolve({ ...this.#head, at: this.#options.clock(), body });
  }

  onResponseError(_controller: unknown, error: Error): void {
    this.#end(error);
  }

  #end(error: unknown): void {
    this.#forget();
    const wasSent = this.#controller !== undefined;
    this.#reject(new CallError(describe(error, this.#options.signal, wasSent), wasSent, error));
    this.#controller?.abort(error instanceof Error ? error : new Error('the call was given up'));
  }

  #forget(): void {
    this.#options.signal.removeEventListener('abort', this.#onAbort);
  }
}

/** In plain words; the code is that of the network. No address or header is told. */
function describe(error: unknown, signal: AbortSignal, wasSent: boolean): string {
  if (signal.aborted)
    return wasSent ? 'The provider did not answer in time' : 'The provider could not be asked in time';
  const { code } = error as { readonly code?: unknown };
  const reason = typeof code === 'string' ? ` (${code})` : error instanceof Error ? ` (${error.message})` : '';
  return wasSent ? `The provider gave no whole answer${reason}` : `The provider cannot be reached${reason}`;
}
