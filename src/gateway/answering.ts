/** What becomes of a request at its provider, told to the client as it comes. */
import type { IncomingHttpHeaders } from 'node:http';
import type { Dispatcher } from 'undici';
import { Refusal } from '../core/errors.ts';
import { unpackerOf } from './decoding.ts';
import { inwardHeaders } from './headers.ts';
import type { Mask } from './mask.ts';
import { type Outlet, PackedOutlet, PlainOutlet } from './outlets.ts';
import type { Passage, Passed } from './passage.ts';
import { UploadBroken } from './upload.ts';

type Controller = Dispatcher.DispatchController;

/** How long a client may leave what was sent to it unread, in ms. */
const clientPatience = 60_000;

/** `settled` resolves when the answer is over, and is rejected with a refusal while the client has got nothing of it. */
export class Answering implements Dispatcher.DispatchHandler {
  readonly #passage: Passage;
  readonly #mask: Mask;
  readonly #settled = Promise.withResolvers<Passed>();
  #controller: Controller | undefined;
  #outlet: Outlet | undefined;
  #status: number | undefined;
  #isOver = false;
  #late: NodeJS.Timeout | undefined;

  constructor(passage: Passage, mask: Mask) {
    this.#passage = passage;
    this.#mask = mask;
    passage.response.once('close', this.#leave);
  }

  get settled(): Promise<Passed> {
    return this.#settled.promise;
  }

  /** Refuses (`overloaded`) the request if it has not gone out by then, in ms: it was dispatched, and nearly always has. */
  waitForTurn(patience: number): void {
    if (this.#controller || this.#isOver) return;
    this.#late = setTimeout(() => this.#fail(new Refusal({ kind: 'overloaded', retryAfter: 1 })), patience);
  }

  onRequestStart(controller: Controller): void {
    clearTimeout(this.#late);
    this.#controller = controller;
    if (this.#isOver) controller.abort(gone());
  }

  onResponseStart(controller: Controller, status: number, headers: IncomingHttpHeaders, message?: string): void {
    if (status < 200) return; // What comes before the answer is about the provider's connection.
    this.#status = status;
    const { response, request } = this.#passage;
    const raw = controller.rawHeaders as Buffer[];
    const begin = (isDecoded: boolean) => {
      const { requestId, isLast } = this.#passage;
      const mask = this.#mask;
      const told = inwardHeaders({ raw, parsed: headers, mask, requestId, isLast, isDecoded });
      response.writeHead(status, phrase(message, mask), told);
    };
    const parts = {
      response,
      mask: this.#mask,
      onReady: this.#resume,
      onEnd: this.#finish,
      onBroken: this.#break,
    };
    const hasBody = request.method !== 'HEAD' && status !== 204 && status !== 304;
    const unpack = hasBody ? unpackerOf(status, headers['content-encoding']) : undefined;
    if (unpack) {
      this.#outlet = new PackedOutlet({ ...parts, unpack, begin });
    } else {
      begin(false);
      this.#outlet = new PlainOutlet({ ...parts, length: headers['content-length'] });
    }
  }

  onResponseData(controller: Controller, chunk: Buffer): void {
    if (this.#isOver || this.#outlet?.push(chunk)) return;
    controller.pause();
    clearTimeout(this.#late);
    this.#late = setTimeout(this.#break, clientPatience);
  }

  onResponseEnd(): void {
    if (!this.#isOver) this.#outlet?.end();
  }

  onResponseError(_controller: Controller, error: Error): void {
    if (this.#isOver) return;
    if (error instanceof UploadBroken) this.#leave();
    else if (this.#passage.response.headersSent) this.#break();
    else this.#fail(error);
  }

  readonly #resume = (): void => {
    clearTimeout(this.#late);
    this.#controller?.resume();
  };

  readonly #finish = (): void => {
    this.#end();
    this.#settled.resolve({ status: this.#status, isWhole: true });
  };

  /** The client gets no end of the answer, so that it cannot take it for whole. */
  readonly #break = (): void => {
    this.#passage.response.destroy();
    this.#leave();
  };

  #fail(error: Error): void {
    this.#end();
    this.#settled.reject(error instanceof Refusal ? error : toRefusal(error));
  }

  readonly #leave = (): void => {
    if (this.#isOver) return;
    this.#end();
    this.#controller?.abort(gone());
    this.#settled.resolve({ status: this.#status, isWhole: false });
  };

  #end(): void {
    this.#isOver = true;
    clearTimeout(this.#late);
    this.#outlet?.destroy();
  }
}

/** What the provider calls the status, if it is of a form that goes on. */
function phrase(message: string | undefined, mask: Mask): string | undefined {
  return message && /^[\t\x20-\x7e\x80-\xff]*$/.test(message) ? mask.text(message) : undefined;
}

const timeouts: readonly unknown[] = ['UND_ERR_HEADERS_TIMEOUT', 'UND_ERR_CONNECT_TIMEOUT', 'UND_ERR_BODY_TIMEOUT'];

function toRefusal(error: NodeJS.ErrnoException): Refusal {
  return new Refusal({ kind: 'upstream_failed', timedOut: timeouts.includes(error.code) }, error);
}

function gone(): Error {
  return new Error('the client went away');
}
