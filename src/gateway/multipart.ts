/** A multipart form that streams: parts that are credentials are left out, and not a byte of the rest changes. */
import { Refusal } from '../core/errors.ts';
import { beginningOf } from './mask.ts';
import { isBatch, isCredential } from './query.ts';

const nothing: Buffer = Buffer.alloc(0);
const lineEnd = Buffer.from('\r\n');

/** Bytes of a part's head, at most; browsers send 200. */
const maxHead = 16 * 1024;

/** `undefined`: the form names no boundary, so that nobody can take it apart. https://www.rfc-editor.org/rfc/rfc2046#section-5.1.1 */
export function boundaryOf(contentType: string): string | undefined {
  const found = /;\s*boundary\s*=\s*(?:"([^"]+)"|([^\s;"]+))/i.exec(contentType);
  return found?.[1] ?? found?.[2];
}

/** Keeps a part's head at most, and of what else comes no more than might be the beginning of a delimiter. */
export class MultipartFilter {
  readonly #delimiter: Buffer;
  /** At a delimiter, until the head after it is whole; else before the first part, in one, or after the last. */
  #isInHead = false;
  /** The form may begin with a delimiter, which then has no line end before it. */
  #held: Buffer = lineEnd;
  #isFirst = true;
  #isKept = true;
  #out: Buffer[] = [];
  /** How many bytes were left out so far. */
  cut = 0;

  constructor(boundary: string) {
    this.#delimiter = Buffer.from(`\r\n--${boundary}`, 'latin1');
  }

  /** What can go on; may be empty. Throws a refusal for a part that no provider may get. */
  push(chunk: Buffer): Buffer {
    this.#held = this.#held.length === 0 ? chunk : Buffer.concat([this.#held, chunk]);
    while (this.#step());
    return this.#take();
  }

  /** What was kept waiting: the form is not whole, or has something after its last line. */
  end(): Buffer {
    this.#emit(this.#held.length);
    return this.#take();
  }

  /** Whether there is more to be done with what is there. */
  #step(): boolean {
    return this.#isInHead ? this.#readHead() : this.#readText();
  }

  #readText(): boolean {
    const at = this.#held.indexOf(this.#delimiter);
    if (at < 0) {
      this.#emit(beginningOf(this.#delimiter, this.#held));
      return false;
    }
    // A part's last line end goes with it, so that the next delimiter begins its line whether the part is kept or not.
    this.#emit(at + lineEnd.length);
    this.#isInHead = true;
    return true;
  }

  /** What is there begins with the delimiter's dashes. */
  #readHead(): boolean {
    const from = this.#delimiter.length - lineEnd.length;
    if (this.#held.length < from + 2) return false;
    const head = this.#held.toString('latin1', from, from + maxHead);
    // The last delimiter has two dashes more, and whatever comes after it is read like a part. A line that is longer is none.
    if (head.startsWith('--')) return this.#goOn(from, true);
    if (!/^[ \t]*(?:\r\n|\r?$)/.test(head)) return this.#goOn(from, this.#isKept);
    // The delimiter's own line end is the first half of the head's end where a part has no header.
    const end = head.indexOf('\r\n\r\n');
    if (end < 0 && head.length === maxHead) throw broken();
    if (end < 0) return false;
    const names = partNames(head.slice(0, end));
    if (names.some(isBatch)) throw new Refusal({ kind: 'batch_refused' });
    // The second half stays: it is the next delimiter's own where a part has no body.
    return this.#goOn(from + end + lineEnd.length, !names.some(isCredential));
  }

  #goOn(length: number, isKept: boolean): true {
    this.#isInHead = false;
    this.#isKept = isKept;
    this.#emit(length);
    return true;
  }

  /** So many bytes of what is there are done with. */
  #emit(length: number): void {
    const skipped = this.#isFirst && length > 0 ? Math.min(length, lineEnd.length) : 0;
    if (skipped > 0) this.#isFirst = false;
    if (this.#isKept) this.#out.push(this.#held.subarray(skipped, length));
    else this.cut += length;
    this.#held = length === this.#held.length ? nothing : this.#held.subarray(length);
  }

  #take(): Buffer {
    const out = this.#out;
    this.#out = [];
    const [first = nothing] = out;
    return out.length < 2 ? first : Buffer.concat(out);
  }
}

/** What a part calls itself: once, unless somebody wants to be understood in two ways. */
function partNames(head: string): readonly string[] {
  const unfolded = head.replace(/\r\n[ \t]+/g, ' ');
  return [...unfolded.matchAll(/^content-disposition[ \t]*:(.*)$/gim)].flatMap(([, value = '']) =>
    [...value.matchAll(/;\s*([^=;\s]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^;]*))/g)].flatMap(
      ([, key = '', quoted, plain = '']) => {
        if (key.toLowerCase() === 'name') return [(quoted ?? plain).replace(/\\(.)/g, '$1').trim()];
        if (key.toLowerCase() === 'name*') return [decode((quoted ?? plain).replace(/^[^']*'[^']*'/, '').trim())];
        return [];
      },
    ),
  );
}

function decode(text: string): string {
  return text.replace(/%([0-7][0-9a-f])/gi, (_all, code: string) => String.fromCharCode(Number.parseInt(code, 16)));
}

function broken(): Refusal {
  return new Refusal({ kind: 'invalid_body', detail: 'A part of the form has a head of more than 16 KiB.' });
}
