import { Refusal } from '../../core/errors.ts';
import type { Call, WireRequest } from '../dialect.ts';
import { bodyParameters, mergeParameters, type Parameters, queryParameters, textOf } from './parameters.ts';
import { isBatch } from './place.ts';

type Credential = Call['credential'];

/** Where a dialect's credential is. */
export type CredentialOf = (request: WireRequest, parameters: Parameters) => Credential;

/** The same of a request that passes through: what of its parameters cannot be read is the provider's matter. */
export function passingCredential(request: WireRequest, credentialOf: CredentialOf): Credential | Promise<Credential> {
  const [inQuery, inBody] = [mayMatter(request.query), mayMatter(toText(request.body))];
  if (!inQuery && !inBody) return credentialOf(request, noParameters);
  return credentialAmong(inQuery, inBody, request, credentialOf);
}

async function credentialAmong(
  inQuery: boolean,
  inBody: boolean,
  request: WireRequest,
  credentialOf: CredentialOf,
): Promise<Credential> {
  const query = inQuery ? await readable(queryParameters, request) : noParameters;
  const body = inBody ? await readable(bodyParameters, request) : noParameters;
  const parameters = mergeParameters(query, body);
  const credential = credentialOf(request, parameters);
  if (credential instanceof Refusal) return credential;
  return [...parameters.keys()].some(isBatch) ? new Refusal({ kind: 'batch_refused' }) : credential;
}

const noParameters: Parameters = new Map();

/** Whether a name that counts here may be in a text, in whatever way it is written: most have none and need not be read. */
function mayMatter(text: string): boolean {
  return text !== '' && /access_token|batch|[\\%+]/.test(text);
}

/** A character for each byte. */
function toText({ buffer, byteOffset, byteLength }: Uint8Array): string {
  return byteLength === 0 ? '' : Buffer.from(buffer, byteOffset, byteLength).toString('latin1');
}

async function readable(
  read: (request: WireRequest) => Parameters | Promise<Parameters>,
  request: WireRequest,
): Promise<Parameters> {
  try {
    return await read(request);
  } catch (error) {
    if (error instanceof Refusal) return new Map();
    throw error;
  }
}

/** The one value of a credential header; undefined: it is not there. */
export function headerCredential(request: WireRequest, name: string): Credential | undefined {
  const values = request.headers[name] ?? [];
  if (values.length > 1) return new Refusal({ kind: 'ambiguous_credential' });
  const secret = values[0]?.trim();
  return secret ? { secret } : undefined;
}

/** `Authorization: Bearer …`; a scheme that is none of these counts as no credential. */
export function bearerCredential(
  request: WireRequest,
  schemes: readonly string[] = ['bearer'],
): Credential | undefined {
  const header = headerCredential(request, 'authorization');
  if (header === undefined || header instanceof Refusal) return header;
  const [, scheme = '', secret] = /^(\S+)[ \t]+(\S.*)$/.exec(header.secret) ?? [];
  if (!schemes.includes(scheme.toLowerCase())) return undefined;
  return secret === undefined ? undefined : { secret };
}

/** The parameter `access_token`, which Graph takes in a query or a body. */
export function parameterCredential(parameters: Parameters): Credential | undefined {
  const name = 'access_token';
  try {
    if (parameters.get(name)?.repeated) return new Refusal({ kind: 'ambiguous_credential' });
    const secret = textOf(parameters, name);
    return secret === undefined ? undefined : { secret };
  } catch (error) {
    if (error instanceof Refusal) return error;
    throw error;
  }
}

/** What a request without a credential has instead. */
export function noCredential(): Refusal {
  return new Refusal({ kind: 'no_credential' });
}
