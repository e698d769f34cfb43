import type { Call, Dialect, WireRequest } from '../dialect.ts';
import { parseCall } from '../graph/call.ts';
import { type CredentialOf, headerCredential, noCredential, passingCredential } from '../graph/credentials.ts';
import { edgeOfPlace, rootPlace } from '../graph/place.ts';

const header = 'd360-api-key';

/** Edges that stand at the host's root nowhere else, so that a request without a key is answered in this voice too. */
const rootEdges = /^\/(?:block_users|messages|marketing_messages|calls)\/?$/;

export const claims: Dialect['claims'] = ({ path, headers }) => headers[header] !== undefined || rootEdges.test(path);

export const place: Dialect['place'] = (head) => rootPlace(head.path, head);

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

const credentialOf: CredentialOf = (request) => headerCredential(request, header) ?? noCredential();
