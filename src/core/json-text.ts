import { parse } from 'secure-json-parse';
import { Refusal } from './errors.ts';

/** Containers within containers, at most; no request here needs more than a handful. */
const maxDepth = 32;

/** Characters of one string as it is written, at most. */
const maxStringLength = 64 * 1024;

/** Members and elements in all, at most: 1,000 users are a few thousand. */
const maxValues = 100_000;

/**
 * Reads JSON that a stranger sent. Refuses (`invalid_body`) what is not UTF-8 or not JSON, keys that could reach a
 * prototype, values nested deeper than 32, strings longer than 64 KiB and more than 100,000 values. What an empty body
 * means is up to the caller.
 */
export function parseJsonText(bytes: Uint8Array): unknown {
  const text = decode(bytes);
  refuseExcess(text);
  try {
    return parse(text);
  } catch (error) {
    // The parser's own words quote the body; only which of the two it was is told.
    const forbidden = error instanceof Error && error.message.includes('forbidden prototype');
    throw invalid(
      forbidden ? 'The body has a key that is not allowed: __proto__ or constructor.' : 'The body is not valid JSON.',
    );
  }
}

function decode(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw invalid('The body is not valid UTF-8.');
  }
}

const quote = 0x22;
const comma = 0x2c;
const backslash = 0x5c;

/** Refuses (`invalid_body`) a body that has a `Content-Encoding`: whoever unpacks it reads another one than came. */
export function refusePacked(coding: string | undefined): void {
  if (!/^\s*(?:identity\s*)?$/i.test(coding ?? ''))
    throw invalid('The body is packed, as its Content-Encoding says: send it as it is.');
}

/**
 * One pass over the text before anything is made of it: two million small values would cost seconds. What is no JSON
 * is left to the parser.
 */
function refuseExcess(text: string): void {
  let depth = 0;
  let values = 0;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === quote) {
      const end = endOfString(text, at + 1);
      if (end - at - 1 > maxStringLength)
        throw invalid(`The body has a string longer than ${maxStringLength} characters.`);
      at = end;
    } else if (isOpening(code)) {
      depth += 1;
      values += 1;
      if (depth > maxDepth) throw invalid(`The body is nested deeper than ${maxDepth} levels.`);
    } else if (isClosing(code)) {
      depth -= 1;
    } else if (code === comma) {
      values += 1;
    }
    if (values > maxValues) throw invalid(`The body has more than ${maxValues} values.`);
  }
}

/** Where the string that begins at `from` has its closing quote; the text's end if it has none. */
function endOfString(text: string, from: number): number {
  let at = from;
  while (at < text.length && text.charCodeAt(at) !== quote) at += text.charCodeAt(at) === backslash ? 2 : 1;
  return at;
}

/** `[` or `{`: they differ in one bit, as their closing ones do. */
function isOpening(code: number): boolean {
  return (code & ~0x20) === 0x5b;
}

function isClosing(code: number): boolean {
  return (code & ~0x20) === 0x5d;
}

function invalid(detail: string): Refusal {
  return new Refusal({ kind: 'invalid_body', detail });
}
