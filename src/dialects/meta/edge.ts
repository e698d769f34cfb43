import type { Call, Dialect, WireRequest } from '../dialect.ts';
import { parseCall } from '../graph/call.ts';
import {
  bearerCredential,
  type CredentialOf,
  noCredential,
  parameterCredential,
  passingCredential,
} from '../graph/credentials.ts';
import { edgeOfPlace, graphPlace } from '../graph/place.ts';

export const place: Dialect['place'] = (head) => graphPlace(head.path, head);

export async function parseRequest(request: WireRequest): Promise<Call> {
  const found = place(request);
  return parseCall(request, {
    edge: edgeOfPlace(found),
    number: found.number,
    productRequired: true,
    credential: credentialOf,
  });
}

export const credential: Dialect['credential'] = (request) => passingCredential(request, credentialOf);

/** The header counts before the parameter. Graph's clients of resumable uploads write `OAuth` for `Bearer`. */
const credentialOf: CredentialOf = (request, parameters) =>
  bearerCredential(request, ['bearer', 'oauth']) ?? parameterCredential(parameters) ?? noCredential();
