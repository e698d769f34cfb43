import { Refusal } from '../../core/errors.ts';
import type { Call, Dialect, WireRequest } from '../dialect.ts';
import { parseCall } from '../graph/call.ts';
import { headerCredential, noCredential } from '../graph/credentials.ts';

const header = 'd360-api-key';

/** Edges that stand at the host's root nowhere else, so that a request without a key is answered in this voice too. */
const rootEdges = /^\/(?:block_users|messages|marketing_messages|calls)\/?$/;

export const claims: Dialect['claims'] = ({ path, headers }) => headers[header] !== undefined || rootEdges.test(path);

export async function parseRequest(request: WireRequest): Promise<Call> {
  if (!/^\/block_users\/?$/.test(request.path)) throw new Refusal({ kind: 'unknown_path' });
  return parseCall(request, { number: { kind: 'of_the_key' }, productRequired: false, credential });
}

function credential(request: WireRequest): Call['credential'] {
  return headerCredential(request, header) ?? noCredential();
}
