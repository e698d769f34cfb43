import type { Call, Dialect, WireRequest } from '../dialect.ts';
import { parseCall } from '../graph/call.ts';
import { headerCredential, noCredential } from '../graph/credentials.ts';
import { edgeOf } from '../graph/path.ts';

const header = 'd360-api-key';

/** Edges that stand at the host's root nowhere else, so that a request without a key is answered in this voice too. */
const rootEdges = /^\/(?:block_users|messages|marketing_messages|calls)\/?$/;

export const claims: Dialect['claims'] = ({ path, headers }) => headers[header] !== undefined || rootEdges.test(path);

export async function parseRequest(request: WireRequest): Promise<Call> {
  const edge = edgeOf(request.path.replace(/\/$/, ''));
  return parseCall(request, { edge, number: { kind: 'of_the_key' }, productRequired: false, credential });
}

function credential(request: WireRequest): Call['credential'] {
  return headerCredential(request, header) ?? noCredential();
}
