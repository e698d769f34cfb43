import { Refusal } from './errors.ts';
import { Mac, macLength } from './mac.ts';
import type { Rules } from './rules.ts';

/** The most rows that one page holds; a larger `limit` is clamped to it. */
export const maxPage = 1000;

/** Where a page begins, in the terms of the number's paging policy. */
export type Position =
  | { readonly kind: 'start' }
  /** Rows whose list order is beyond (`after`) or before (`before`) that of the row with this sequence number. */
  | { readonly kind: 'after' | 'before'; readonly seq: number }
  /** Rows from this index on, of the list as it was at `version`; `row` is the index that the cursor itself named. */
  | { readonly kind: 'offset'; readonly offset: number; readonly row: number; readonly version: number };

export interface PageRequest {
  readonly position: Position;
  readonly limit: number;
}

/** What a client sent: at most one of the two. */
export interface CursorTexts {
  readonly after?: string;
  readonly before?: string;
}

const format = 1;
/** As many as need no padding in base64. */
const plainBytes = 9;

/**
 * Stable cursors: a format byte, the row's sequence number (8 bytes) and a MAC over both and the list's name, base64url.
 * The MAC makes a cursor worthless for another list and a guessed one impossible.
 */
export class StableCursors {
  readonly #mac: Mac;

  constructor(secret: Uint8Array, list: string) {
    this.#mac = new Mac(secret, list);
  }

  render(seq: number): string {
    const plain = Buffer.alloc(plainBytes);
    plain.writeUInt8(format);
    plain.writeBigUInt64BE(BigInt(seq), 1);
    return plain.toString('base64url') + this.#mac.of(plain);
  }

  /** The sequence number in a cursor that this list gave out; `undefined` for any other text. */
  parse(text: string): number | undefined {
    const [plainText, mac] = [text.slice(0, -macLength), text.slice(-macLength)];
    const plain = Buffer.from(plainText, 'base64url');
    // Decoding skips what it does not know: only the one canonical writing is a cursor.
    if (plain.length !== plainBytes || plain.toString('base64url') !== plainText) return undefined;
    if (plain[0] !== format || !this.#mac.matches(plain, mac)) return undefined;
    const seq = plain.readBigUInt64BE(1);
    return seq <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(seq) : undefined;
  }
}

/**
 * Versioned cursors: base64 of `{"offset":N,"versionId":"<µs since the epoch>"}`, in which `Z` is written `ZA`, `+` `ZB`,
 * `/` `ZC` and `=` `ZD`. The format is that of Meta's published samples; `offset` is the index of the page's first
 * (`before`) or last (`after`) row.
 * https://developers.facebook.com/docs/whatsapp/cloud-api/block-users
 */
export const versionedCursors = {
  render(offset: number, version: number): string {
    const plain = Buffer.from(`{"offset":${offset},"versionId":"${version}"}`).toString('base64');
    return plain.replace(/[Z+/=]/g, (character) => `Z${'ABCD'['Z+/='.indexOf(character)]}`);
  },

  parse(text: string): { offset: number; version: number } | undefined {
    if (text.length > 200 || !/^(?:[A-Ya-z0-9]|Z[ABCD])+$/.test(text)) return undefined;
    const plain = text.replace(/Z([ABCD])/g, (_, escaped: string) => 'Z+/='['ABCD'.indexOf(escaped)] ?? '');
    const found = /^\{"offset":(0|[1-9]\d{0,14}),"versionId":"(0|[1-9]\d{0,15})"\}$/.exec(
      Buffer.from(plain, 'base64').toString('latin1'),
    );
    if (!found) return undefined;
    const [offset, listVersion] = [Number(found[1]), Number(found[2])];
    if (!Number.isSafeInteger(listVersion) || versionedCursors.render(offset, listVersion) !== text) return undefined;
    return { offset, version: listVersion };
  },
};

/** Reads a client's cursors by the number's policy. */
export function parsePosition(
  texts: CursorTexts,
  limit: number,
  policy: Rules['paging'],
  stable: StableCursors,
): PageRequest {
  const name = texts.after === undefined ? 'before' : 'after';
  const text = texts.after ?? texts.before;
  if (text === undefined) return { position: { kind: 'start' }, limit };
  if (texts.after !== undefined && texts.before !== undefined)
    throw new Refusal({ kind: 'invalid_cursor', name: 'before' });
  if (policy === 'stable') {
    const seq = stable.parse(text);
    if (seq === undefined) throw new Refusal({ kind: 'invalid_cursor', name });
    return { position: { kind: name, seq }, limit };
  }
  const cursor = versionedCursors.parse(text);
  if (!cursor) throw new Refusal({ kind: 'invalid_cursor', name });
  const { offset: row, version: listVersion } = cursor;
  if (name === 'after') return { position: { kind: 'offset', offset: row + 1, row, version: listVersion }, limit };
  const offset = Math.max(0, row - limit);
  return { position: { kind: 'offset', offset, row, version: listVersion }, limit: row - offset };
}
