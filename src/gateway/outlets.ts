/** The ways in which an answer's body goes on to the client. */
import type { ServerResponse } from 'node:http';
import type { Transform } from 'node:stream';
import { hides, type unpackerOf } from './decoding.ts';
import type { Mask, MaskStream } from './mask.ts';

export interface Outlet {
  /** Whether more may come at once; else `onReady` tells when. */
  push(chunk: Buffer): boolean;
  end(): void;
  /** The client or the provider is gone. */
  destroy(): void;
}

export interface OutletParts {
  readonly response: ServerResponse;
  /** Of the provider's token. */
  readonly mask: Mask;
  readonly onReady: () => void;
  /** All of the answer is handed to the client's connection. */
  readonly onEnd: () => void;
  /** The rest of the body cannot be read. */
  readonly onBroken: () => void;
}

export interface PlainParts extends OutletParts {
  /** What the head promises of the body, in bytes; absent: nothing. */
  readonly length: string | undefined;
}

/** A body that comes in one piece of at most this size is written with its head. */
const smallBody = 64 * 1024;

/** What comes goes on at once. The head is written already. */
export class PlainOutlet implements Outlet {
  readonly #parts: PlainParts;
  /** Of a body in pieces. */
  #mask: MaskStream | undefined;
  #waits = false;
  /** The whole body: its end is about to be told. */
  #whole: Buffer | undefined;

  constructor(parts: PlainParts) {
    this.#parts = parts;
  }

  push(chunk: Buffer): boolean {
    const { response, mask, onReady, length } = this.#parts;
    if (chunk.length <= smallBody && length === String(chunk.length)) {
      this.#whole = chunk;
      return true;
    }
    this.#mask ??= mask.stream();
    const out = this.#mask.push(chunk);
    if (out.length === 0 || response.write(out)) return true;
    if (!this.#waits) response.on('drain', onReady);
    this.#waits = true;
    return false;
  }

  end(): void {
    const { response, mask, onEnd } = this.#parts;
    // Text goes out in one piece with the head, where bytes would go after it. In Latin-1 every byte is a character.
    if (this.#whole) response.end(mask.whole(this.#whole).toString('latin1'), 'latin1');
    else response.end(this.#mask?.end());
    onEnd();
  }

  destroy(): void {}
}

export interface PackedParts extends OutletParts {
  readonly unpack: NonNullable<ReturnType<typeof unpackerOf>>;
  /** Writes the head: the body goes on as it came, or unpacked. */
  readonly begin: (isUnpacked: boolean) => void;
}

/** Of a packed answer so many bytes are kept until it is known whether the secret is in it. */
const maxKept = 2 * 1024 * 1024;

/** What has no secret in it goes on as it came. What has, and what is too large to be kept, goes on unpacked. */
export class PackedOutlet implements Outlet {
  readonly #parts: PackedParts;
  #kept: Buffer[] = [];
  #size = 0;
  #unpacked: Transform | undefined;
  #isOver = false;

  constructor(parts: PackedParts) {
    this.#parts = parts;
  }

  push(chunk: Buffer): boolean {
    if (this.#unpacked) return this.#unpacked.write(chunk);
    this.#kept.push(chunk);
    this.#size += chunk.length;
    return this.#size <= maxKept || this.#unpack(Buffer.concat(this.#kept)).writableNeedDrain === false;
  }

  end(): void {
    if (this.#unpacked) this.#unpacked.end();
    else void this.#decide(Buffer.concat(this.#kept));
  }

  destroy(): void {
    this.#isOver = true;
    this.#unpacked?.destroy();
  }

  async #decide(packed: Buffer): Promise<void> {
    const { unpack, mask, begin, response, onEnd } = this.#parts;
    const isThere = await hides(packed, unpack, mask);
    if (this.#isOver) return;
    if (isThere) {
      this.#unpack(packed).end();
      return;
    }
    begin(false);
    response.end(packed);
    onEnd();
  }

  #unpack(packed: Buffer): Transform {
    const { unpack, mask, begin, response, onReady, onEnd, onBroken } = this.#parts;
    const masked = mask.stream();
    const unpacked = unpack(packed);
    this.#unpacked = unpacked;
    this.#kept = [];
    begin(true);
    unpacked.on('data', (chunk: Buffer) => {
      const out = masked.push(chunk);
      if (out.length > 0 && !response.write(out)) unpacked.pause();
    });
    response.on('drain', () => unpacked.resume());
    unpacked.on('drain', onReady).on('error', onBroken);
    unpacked.on('end', () => {
      response.end(masked.end());
      onEnd();
    });
    unpacked.write(packed);
    return unpacked;
  }
}
