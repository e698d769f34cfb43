import type { Call, WireRequest } from '../dialect.ts';
import { parseCall } from '../graph/call.ts';
import { bearerCredential, headerCredential, noCredential } from '../graph/credentials.ts';
import { placeOf } from '../graph/path.ts';

export const prefix = '/meta/whatsapp';

export function isUnderPrefix(path: string): boolean {
  return path === prefix || path.startsWith(`${prefix}/`);
}

/** The path as Graph would see it. */
export function graphPath({ path }: Pick<WireRequest, 'path'>): string {
  return path.slice(prefix.length) || '/';
}

export async function parseRequest(request: WireRequest): Promise<Call> {
  const { number: id, edge } = placeOf(graphPath(request));
  return parseCall(request, { edge, number: { kind: 'named', id }, productRequired: false, credential });
}

/** Some clients send both headers: the key counts, the Bearer token is there for older ones. */
function credential(request: WireRequest): Call['credential'] {
  return headerCredential(request, 'x-api-key') ?? bearerCredential(request) ?? noCredential();
}
