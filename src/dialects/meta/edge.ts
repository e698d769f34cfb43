import type { Call, WireRequest } from '../dialect.ts';
import { parseCall } from '../graph/call.ts';
import { bearerCredential, noCredential, parameterCredential } from '../graph/credentials.ts';
import type { Parameters } from '../graph/parameters.ts';
import { placeOf } from '../graph/path.ts';

export async function parseRequest(request: WireRequest): Promise<Call> {
  const { number: id, edge } = placeOf(request.path);
  return parseCall(request, { edge, number: { kind: 'named', id }, productRequired: true, credential });
}

/** The header counts before the parameter. */
function credential(request: WireRequest, parameters: Parameters): Call['credential'] {
  return bearerCredential(request) ?? parameterCredential(parameters) ?? noCredential();
}
