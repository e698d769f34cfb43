import type { IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';
import type { MaskStream } from './mask.ts';
import type { MultipartFilter } from './multipart.ts';

/** The client went away before its request was whole. */
export class UploadBroken extends Error {}

export interface UploadParts {
  /** Of the caller's own key: it goes to nobody. */
  readonly mask: MaskStream;
  /** Absent: the body has no parts. */
  readonly form?: MultipartFilter | undefined;
  /** What the head promises of the body, in bytes; absent: nothing. */
  readonly length?: number | undefined;
}

/** A request's body on its way to a provider: it is read no faster than it is taken. */
export class Upload extends Readable {
  readonly #request: IncomingMessage;
  readonly #parts: UploadParts;

  constructor(request: IncomingMessage, parts: UploadParts) {
    super();
    this.#request = request;
    this.#parts = parts;
    // Who takes the body is told of its end first; one that comes later is nobody's.
    this.on('error', () => {});
    request
      .on('data', this.#take)
      .once('end', this.#finish)
      .once('error', this.#lose)
      .once('close', this.#lose)
      .pause();
  }

  override _read(): void {
    this.#request.resume();
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    const request = this.#request;
    request.off('data', this.#take).off('end', this.#finish).off('close', this.#lose);
    // What is left is read and thrown away, so that the client gets to read the answer.
    request.resume();
    done(error);
  }

  readonly #take = (chunk: Buffer): void => {
    try {
      const { form, mask } = this.#parts;
      const kept = form ? form.push(chunk) : chunk;
      const out = mask.push(kept);
      if (out.length > 0 && !this.push(out)) this.#request.pause();
    } catch (error) {
      this.destroy(error as Error);
    }
  };

  readonly #finish = (): void => {
    const { form, mask, length } = this.#parts;
    const last = form ? mask.push(form.end()) : undefined;
    if (last) this.push(last);
    this.push(mask.end());
    // The length was promised before anybody knew what would be left out. What follows a form's last line means nothing.
    if (form && length !== undefined && form.cut > 0) this.push(`\r\n${' '.repeat(form.cut - 2)}`);
    this.push(null);
  };

  readonly #lose = (): void => {
    if (!this.#request.complete) this.destroy(new UploadBroken('the client went away'));
  };
}
