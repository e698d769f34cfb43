import { parse } from 'secure-json-parse';
import { Refusal } from './errors.ts';

/** Containers within containers, at most; no request here needs more than a handful. */
const maxDepth = 32;

/** UTF-16 code units in one string of a body, at most. */
const maxStringLength = 64 * 1024;

/**
 * Reads JSON that a stranger sent. Refuses (`invalid_body`) what is not UTF-8 or not JSON, keys that could reach a
 * prototype, values nested deeper than 32 and strings longer than 64 KiB. What an empty body means is up to the caller.
 */
export function parseJsonText(bytes: Uint8Array): unknown {
  const text = decode(bytes);
  const value = parseText(text);
  refuseTooDeep(value);
  // A short text holds no long string.
  if (text.length > maxStringLength) refuseLongStrings(value);
  return value;
}

function decode(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw invalid('The body is not valid UTF-8.');
  }
}

function parseText(text: string): unknown {
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

function refuseTooDeep(value: unknown): void {
  let level = containersIn([value]);
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth === maxDepth) throw invalid(`The body is nested deeper than ${maxDepth} levels.`);
    level = level.flatMap((container) => containersIn(Object.values(container)));
  }
}

function containersIn(values: readonly unknown[]): object[] {
  return values.filter((value) => typeof value === 'object' && value !== null);
}

function refuseLongStrings(value: unknown): void {
  if (typeof value === 'string' && value.length > maxStringLength) {
    throw invalid(`The body has a string longer than ${maxStringLength} characters.`);
  }
  if (typeof value !== 'object' || value === null) return;
  for (const [key, inner] of Object.entries(value)) {
    refuseLongStrings(key);
    refuseLongStrings(inner);
  }
}

function invalid(detail: string): Refusal {
  return new Refusal({ kind: 'invalid_body', detail });
}
