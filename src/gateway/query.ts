/** A query, or a form, as text: credentials are cut out of it, and not a byte of the rest changes. */

/** Parameters that prove who asks; the provider gets its own proof instead. */
const credentials: readonly string[] = ['access_token', 'appsecret_proof'];

export function isCredential(name: string): boolean {
  return credentials.includes(name);
}

/** Whether a parameter of this name asks for a batch: `batch`, and `batch[0]` as some servers read it. */
export function isBatch(name: string): boolean {
  return /^\s*batch\s*(?:\[|$)/i.test(name);
}

/** `undefined`: there is nothing to cut out. */
export function withoutCredentials(text: string): string | undefined {
  // Nearly always: none of the names is there, nor what could hide one.
  if (!/%|access_token|appsecret_proof/.test(text)) return undefined;
  const parts = text.split('&');
  const kept = parts.filter((part) => !isCredential(nameOf(part)));
  return kept.length === parts.length ? undefined : kept.join('&');
}

export function parameterNames(text: string): readonly string[] {
  return text.split('&').map(nameOf);
}

function nameOf(part: string): string {
  const mark = part.indexOf('=');
  return decode(mark < 0 ? part : part.slice(0, mark));
}

/** Percent-encoded text, as far as it is one. */
function decode(text: string): string {
  const spaced = text.replaceAll('+', ' ');
  if (!spaced.includes('%')) return spaced;
  return spaced.replace(/%([0-7][0-9a-f])/gi, (_all, code: string) => String.fromCharCode(Number.parseInt(code, 16)));
}
