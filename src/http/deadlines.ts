/** How long clients may take over the bodies of their requests. */
import type { IncomingMessage } from 'node:http';
import { hasBody } from './read-body.ts';

/** In ms. */
export interface BodyLimits {
  /** From a request's head until all of it must be there. */
  readonly requestTimeout: number;
  /** The same where the body is passed on while it comes; nobody waits for its end. */
  readonly uploadTimeout: number;
  /** How long such a client may send nothing. */
  readonly idleTimeout: number;
  /** How often all that is checked. */
  readonly checkInterval: number;
}

/** A body that is under way. */
interface Awaited {
  readonly began: number;
  /** What its connection had received when that last changed, and when. */
  received: number;
  movedAt: number;
}

/** Requests whose bodies are passed on while they come. */
const uploads = new WeakSet<IncomingMessage>();

/** From now on this body may take its time, as long as it comes. */
export function letUpload(request: IncomingMessage): void {
  uploads.add(request);
}

export class BodyDeadlines {
  readonly #limits: BodyLimits;
  readonly #expire: (request: IncomingMessage) => void;
  readonly #awaited = new Map<IncomingMessage, Awaited>();
  /** Those of this turn of the event loop: most bodies come with their heads. */
  #fresh: IncomingMessage[] = [];
  #timer: NodeJS.Timeout | undefined;

  /** `expire` is told of requests that took too long. */
  constructor(limits: BodyLimits, expire: (request: IncomingMessage) => void) {
    this.#limits = limits;
    this.#expire = expire;
  }

  /** Costs next to nothing for a body that is there by the end of the turn. */
  watch(request: IncomingMessage): void {
    if (!hasBody(request)) return;
    if (this.#fresh.push(request) === 1) setImmediate(this.#sift);
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  readonly #sift = (): void => {
    const now = performance.now();
    for (const request of this.#fresh) {
      if (isOver(request)) continue;
      this.#awaited.set(request, { began: now, received: request.socket.bytesRead, movedAt: now });
    }
    this.#fresh = [];
    if (this.#awaited.size > 0) this.#timer ??= setInterval(this.#check, this.#limits.checkInterval).unref();
  };

  readonly #check = (): void => {
    const now = performance.now();
    for (const [request, awaited] of this.#awaited) {
      if (!isOver(request) && !this.#isLate(request, awaited, now)) continue;
      this.#awaited.delete(request);
      if (!isOver(request)) this.#expire(request);
    }
    if (this.#awaited.size === 0) this.stop();
  };

  #isLate(request: IncomingMessage, awaited: Awaited, now: number): boolean {
    const { requestTimeout, uploadTimeout, idleTimeout } = this.#limits;
    if (!uploads.has(request)) return now - awaited.began > requestTimeout;
    const { bytesRead } = request.socket;
    // A body that is not taken is not the client's fault.
    if (bytesRead !== awaited.received || request.isPaused()) {
      awaited.received = bytesRead;
      awaited.movedAt = now;
    }
    return now - awaited.movedAt > idleTimeout || now - awaited.began > uploadTimeout;
  }
}

function isOver(request: IncomingMessage): boolean {
  return request.complete || request.destroyed;
}
