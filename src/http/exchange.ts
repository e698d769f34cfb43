/**
 * A request that is answered without the framework, and its answer. The dialects want bytes, headers and path as they came
 * and say every answer in their own voice: routes, parsers, schemas and hooks would only cost them a request's worth of time.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { type Logger, requestServed } from '../observe/events.ts';
import type { RequestSpan, SpanMaker } from '../observe/span.ts';
import { makeRequestId } from './request-id.ts';

export interface ExchangeParts {
  readonly logger: Logger;
  /** Whether the server takes no more connections: each answer is the last on its connection then. */
  readonly isClosing: () => boolean;
  /** Absent: nobody traces. */
  readonly startSpan?: SpanMaker | undefined;
}

export interface Answer {
  readonly status: number;
  /** By lower-case name, without the request's id and the body's length. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export class Exchange {
  readonly request: IncomingMessage;
  /** In the form of Graph's `fbtrace_id`. */
  readonly id: string = makeRequestId();
  readonly span: RequestSpan | undefined;
  /** For who answers by themselves, and then says so (`answered`). */
  readonly response: ServerResponse;
  readonly #parts: ExchangeParts;
  readonly #began = performance.now();
  #log: Logger | undefined;

  constructor(request: IncomingMessage, response: ServerResponse, parts: ExchangeParts) {
    this.request = request;
    this.response = response;
    this.#parts = parts;
    this.span = parts.startSpan?.(request, this.id);
  }

  /** How long it has been going on. */
  get milliseconds(): number {
    return performance.now() - this.#began;
  }

  /** Names the request in each line. */
  get log(): Logger {
    this.#log ??= this.#parts.logger.child({ reqId: this.id });
    return this.#log;
  }

  get isDebugged(): boolean {
    return this.#parts.logger.isLevelEnabled('debug');
  }

  /** Whether the answer is the last on its connection. */
  get isLast(): boolean {
    return this.#parts.isClosing();
  }

  /** `route` stands for the path in the log: a path may hold a phone number. */
  answer(route: string, { status, headers, body }: Answer): void {
    const { response } = this;
    const length = Buffer.byteLength(body);
    response.writeHead(status, {
      ...headers,
      'x-request-id': this.id,
      'content-length': length,
      // What a client still sends of a request that was refused early is no next request.
      ...((this.isLast || (status === 413 && !this.request.complete)) && { connection: 'close' }),
    });
    // The socket writes a text that is all ASCII in one piece with the head, and faster as Latin-1.
    response.end(body, length === body.length ? 'latin1' : 'utf8');
    this.answered(route, status);
  }

  /** It is answered, with this status. */
  answered(route: string, status: number): void {
    const { method = '' } = this.request;
    requestServed(this.#parts.logger, { reqId: this.id, method, route, status, milliseconds: this.milliseconds });
    this.span?.end(status);
  }

  /** Ends the connection without an answer: there is nobody to read it. */
  drop(): void {
    this.response.destroy();
    this.span?.end();
  }
}
