/** Makes a secret unreadable wherever it stands, without a change of length: an answer that repeats it keeps its form. */

/** Means nothing in a URL, in JSON and in a header. */
const blank = 'x';
const blankByte = blank.charCodeAt(0);
const nothing: Buffer = Buffer.alloc(0);

export class Mask {
  /** The secret as URLs, forms and JSON write it; the longest first. */
  readonly #writings: readonly string[];
  /** Made when the first body comes. */
  #needles: readonly Buffer[] | undefined;

  constructor(secret: string) {
    this.#writings = writingsOf(secret);
  }

  /** A header, a path or a query. */
  text(text: string): string {
    let masked = text;
    for (const writing of this.#writings) {
      if (masked.includes(writing)) masked = masked.replaceAll(writing, blank.repeat(writing.length));
    }
    return masked;
  }

  /** A body that is all there. */
  whole(bytes: Buffer): Buffer {
    const needles = this.#bytes();
    return needles.some((needle) => bytes.includes(needle)) ? hide(bytes, needles).masked : bytes;
  }

  stream(): MaskStream {
    return new MaskStream(this.#bytes());
  }

  #bytes(): readonly Buffer[] {
    this.#needles ??= this.#writings.map((writing) => Buffer.from(writing));
    return this.#needles;
  }
}

/** Bytes that come in pieces. What may be the beginning of the secret waits for the next piece, and nothing else does. */
export class MaskStream {
  readonly #needles: readonly Buffer[];
  #held = nothing;
  /** Whether the secret was there so far. */
  hasFound = false;

  constructor(needles: readonly Buffer[]) {
    this.#needles = needles;
  }

  /** What can go on; may be empty. */
  push(chunk: Buffer): Buffer {
    const bytes = this.#held.length === 0 ? chunk : Buffer.concat([this.#held, chunk]);
    const { masked, end } = hide(bytes, this.#needles);
    if (end > 0) this.hasFound = true;
    const from = this.#needles.reduce(
      (least, needle) => Math.min(least, beginningOf(needle, bytes, end)),
      bytes.length,
    );
    // A copy: the piece that it is a part of may be large.
    this.#held = from === bytes.length ? nothing : Buffer.from(bytes.subarray(from));
    return from === masked.length ? masked : masked.subarray(0, from);
  }

  /** What was kept waiting. */
  end(): Buffer {
    const rest = this.#held;
    this.#held = nothing;
    return rest;
  }
}

/** `end`: where the last secret ends; 0: there is none. */
function hide(bytes: Buffer, needles: readonly Buffer[]): { readonly masked: Buffer; readonly end: number } {
  let masked = bytes;
  let end = 0;
  for (;;) {
    const found = next(bytes, needles, end);
    if (!found) return { masked, end };
    // The pieces are the socket's: nobody else may see them change.
    if (masked === bytes) masked = Buffer.from(bytes);
    end = found.at + found.length;
    masked.fill(blankByte, found.at, end);
  }
}

function next(
  bytes: Buffer,
  needles: readonly Buffer[],
  from: number,
): { readonly at: number; readonly length: number } | undefined {
  let first: { at: number; length: number } | undefined;
  for (const needle of needles) {
    const at = bytes.indexOf(needle, from);
    if (at >= 0 && (!first || at < first.at)) first = { at, length: needle.length };
  }
  return first;
}

/** Where an unfinished `needle` begins at the end of the bytes, not before `from`; their length if there is none. */
export function beginningOf(needle: Buffer, bytes: Buffer, from = 0): number {
  const [first = 0] = needle;
  let at = bytes.indexOf(first, Math.max(from, bytes.length - needle.length + 1));
  while (at >= 0) {
    const length = bytes.length - at;
    if (bytes.compare(needle, 0, length, at) === 0) return at;
    at = bytes.indexOf(first, at + 1);
  }
  return bytes.length;
}

function writingsOf(secret: string): readonly string[] {
  if (/^[\w.-]+$/.test(secret)) return [secret]; // Written alike everywhere.
  const json = JSON.stringify(secret).slice(1, -1);
  const percent = encodeURIComponent(secret);
  const lower = percent.replace(/%[0-9A-F]{2}/g, (code) => code.toLowerCase());
  const form = new URLSearchParams([['', secret]]).toString().slice(1);
  const all = new Set([secret, json, json.replaceAll('/', '\\/'), percent, lower, form]);
  all.delete('');
  return [...all].sort((one, other) => other.length - one.length);
}
