import type { Call, Dialect, WireRequest } from '../dialect.ts';
import { parseCall } from '../graph/call.ts';
import {
  bearerCredential,
  type CredentialOf,
  headerCredential,
  noCredential,
  passingCredential,
} from '../graph/credentials.ts';
import { edgeOfPlace, graphPlace } from '../graph/place.ts';

export const prefix = '/meta/whatsapp';

/** The version that Kapso's own documents use. */
export const documentedVersion = 'v24.0';

export function isUnderPrefix(path: string): boolean {
  return path === prefix || path.startsWith(`${prefix}/`);
}

/** The path as Graph would see it. */
export function graphPath({ path }: Pick<WireRequest, 'path'>): string {
  return path.slice(prefix.length) || '/';
}

export const place: Dialect['place'] = (head) => graphPlace(graphPath(head), head);

export async function parseRequest(request: WireRequest): Promise<Call> {
  const found = place(request);
  return parseCall(request, {
    edge: edgeOfPlace(found),
    number: found.number,
    productRequired: false,
    credential: credentialOf,
  });
}

export const credential: Dialect['credential'] = (request) => passingCredential(request, credentialOf);

/** Some clients send both headers: the key counts, the Bearer token is there for older ones. */
const credentialOf: CredentialOf = (request) =>
  headerCredential(request, 'x-api-key') ?? bearerCredential(request) ?? noCredential();
