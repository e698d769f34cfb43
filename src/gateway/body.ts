/** What of a request's body may go out. */
import { Refusal } from '../core/errors.ts';
import { keepMembers, type Member, membersOf } from './json-members.ts';
import { boundaryOf, MultipartFilter } from './multipart.ts';
import type { PassageKind } from './passage.ts';
import { isBatch, isCredential, parameterNames, withoutCredentials } from './query.ts';

/** Cuts credentials out of a body that was read whole. Refuses a batch, and a send that can be understood in two ways. */
export function cutBody(body: Uint8Array, contentType: string, kind: PassageKind): Uint8Array {
  if (/^multipart\/form-data\b/i.test(contentType)) return cutMultipart(body, contentType);
  if (/^application\/x-www-form-urlencoded\b/i.test(contentType)) return cutForm(body);
  // What a number sends was read as JSON, whatever it calls itself.
  if (kind === 'send') return cutSent(body);
  return /^application\/json\b/i.test(contentType) ? cutJson(body) : body;
}

function cutForm(body: Uint8Array): Uint8Array {
  const text = latin1(body);
  if (/batch|%/i.test(text) && parameterNames(text).some(isBatch)) throw new Refusal({ kind: 'batch_refused' });
  const cut = withoutCredentials(text);
  return cut === undefined ? body : Buffer.from(cut, 'latin1');
}

function cutMultipart(body: Uint8Array, contentType: string): Uint8Array {
  const boundary = boundaryOf(contentType);
  if (boundary === undefined) return body;
  const filter = new MultipartFilter(boundary);
  return Buffer.concat([filter.push(Buffer.from(body)), filter.end()]);
}

function cutJson(body: Uint8Array): Uint8Array {
  if (!mayName(body)) return body;
  const members = membersOf(body);
  if (!members) throw invalid('The body is not valid JSON.');
  if (members.some(({ name }) => isBatch(name))) throw new Refusal({ kind: 'batch_refused' });
  return cutMembers(body, members);
}

/** Of two members with one name our parser takes the last; nobody knows which the provider takes. */
function cutSent(body: Uint8Array): Uint8Array {
  const members = membersOf(body);
  const names = new Set(members?.map(({ name }) => name));
  if (!members || names.size < members.length) throw invalid('The body names a parameter twice.');
  return cutMembers(body, members);
}

function cutMembers(body: Uint8Array, members: readonly Member[]): Uint8Array {
  const isKept = ({ name }: Member) => !isCredential(name);
  return members.every(isKept) ? body : keepMembers(body, members, isKept);
}

/** Whether a name that matters is anywhere in the text, also one that is written with escapes. */
function mayName(body: Uint8Array): boolean {
  const text = latin1(body);
  const plain = text.includes('\\u') ? text.replace(/\\u00([0-7][0-9a-f])/gi, readEscape) : text;
  return /access_token|appsecret_proof|batch/i.test(plain);
}

/** A character for each byte. */
function latin1({ buffer, byteOffset, byteLength }: Uint8Array): string {
  return Buffer.from(buffer, byteOffset, byteLength).toString('latin1');
}

function readEscape(_all: string, code: string): string {
  return String.fromCharCode(Number.parseInt(code, 16));
}

function invalid(detail: string): Refusal {
  return new Refusal({ kind: 'invalid_body', detail });
}
