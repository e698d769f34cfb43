import type { FastifyRequest } from 'fastify';
import type { AdminDeps } from './deps.ts';
import { Problem } from './problem.ts';

/** Refuses a request without exactly one `Authorization: Bearer <admin key>`. */
export async function requireAdminKey(deps: AdminDeps, request: FastifyRequest): Promise<void> {
  const [header, another] = headerValues(request, 'authorization');
  if (header === undefined) throw unauthorized('Send the admin key as Authorization: Bearer <admin key>.');
  if (another !== undefined) throw unauthorized('Send one Authorization header only.');
  const secret = /^bearer +(\S+) *$/i.exec(header)?.[1];
  if (secret === undefined) throw unauthorized('The Authorization header must be Bearer <admin key>.');
  if (!(await deps.acceptsAdminKey(secret))) throw unauthorized('This is not the admin key.');
}

/** Every value of a header as it came; `headers` keeps only the first of a repeated credential. */
function headerValues(request: FastifyRequest, name: string): string[] {
  const { rawHeaders } = request.raw;
  return rawHeaders.filter((_, index) => index % 2 === 1 && rawHeaders[index - 1]?.toLowerCase() === name);
}

function unauthorized(detail: string): Problem {
  return new Problem('unauthorized', detail, { headers: { 'www-authenticate': 'Bearer' } });
}
