/** Headers as they go on: in their order, as they are written, but for those that are about one connection. */
import type { Mask } from './mask.ts';

/** https://www.rfc-editor.org/rfc/rfc9110#section-7.6.1; what else begins with `proxy-` is too. */
const ofTheConnection = new Set(['connection', 'keep-alive', 'te', 'trailer', 'transfer-encoding', 'upgrade']);

/** What the request's framing, or the provider's side, says anew. */
const saidAnew = new Set(['expect', 'host', 'content-length']);

/** Where clients put the key that they have for us. */
const credentialHeaders = new Set(['authorization', 'x-api-key', 'd360-api-key']);

export interface OutwardHeaders {
  /** Name and value in turn, as they came. */
  readonly raw: readonly string[];
  readonly connection: string | undefined;
  /** The caller's own credential: no header that has it goes out. */
  readonly secret: string;
  /** The provider's credential, by lower-case name. */
  readonly credential: Readonly<Record<string, string>>;
}

/** The headers of a request to a provider, name and value in turn. */
export function outwardHeaders({ raw, connection, secret, credential }: OutwardHeaders): string[] {
  const named = namedBy(connection);
  const headers: string[] = [];
  for (let at = 0; at + 1 < raw.length; at += 2) {
    const name = raw[at] ?? '';
    const value = raw[at + 1] ?? '';
    const key = name.toLowerCase();
    if (isHop(key, named) || saidAnew.has(key) || credentialHeaders.has(key) || key in credential) continue;
    if (!value.includes(secret)) headers.push(name, value);
  }
  for (const key in credential) headers.push(key, credential[key] ?? '');
  return headers;
}

export interface InwardHeaders {
  /** Name and value in turn, as they came. */
  readonly raw: readonly Buffer[];
  /** The same by lower-case name, as text: a list where a name came more than once. */
  readonly parsed: Readonly<Record<string, string | readonly string[] | undefined>>;
  /** Of the provider's token. */
  readonly mask: Mask;
  readonly requestId: string;
  /** Whether it is the last answer on its connection. */
  readonly isLast: boolean;
  /** The body is not the one that came: it is decoded, and what told of its coding goes. */
  readonly isDecoded: boolean;
}

const ofTheCoding = new Set([
  'content-encoding',
  'content-length',
  'content-md5',
  'digest',
  'repr-digest',
  'content-digest',
]);

/** The headers of an answer to a client, name and value in turn. */
export function inwardHeaders(answer: InwardHeaders): string[] {
  const { raw, parsed, mask, requestId, isLast, isDecoded } = answer;
  const { connection } = parsed;
  const named = namedBy(connection === undefined ? undefined : String(connection));
  const headers: string[] = [];
  let hasId = false;
  for (let at = 0; at + 1 < raw.length; at += 2) {
    const name = raw[at]?.toString('latin1') ?? '';
    const key = name.toLowerCase();
    if (isHop(key, named) || (isDecoded && ofTheCoding.has(key))) continue;
    if (key === 'x-request-id') hasId = true;
    const only = parsed[key];
    headers.push(name, mask.text(typeof only === 'string' ? only : (raw[at + 1]?.toString('latin1') ?? '')));
  }
  if (!hasId) headers.push('x-request-id', requestId);
  if (isLast) headers.push('connection', 'close');
  return headers;
}

function isHop(key: string, named: readonly string[]): boolean {
  return ofTheConnection.has(key) || key.startsWith('proxy-') || (named.length > 0 && named.includes(key));
}

/** The headers that a `Connection` header declares to be about the connection. */
function namedBy(connection: string | undefined): readonly string[] {
  if (!connection || connection === 'keep-alive' || connection === 'close') return [];
  return connection
    .toLowerCase()
    .split(',')
    .map((name) => name.trim());
}
