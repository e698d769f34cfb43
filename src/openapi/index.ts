/** `/openapi.json`, the document of every API here, and `/docs`, a page to read and try it. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { failed, type Logger } from '../observe/events.ts';
import type { Content } from './assets.ts';
import type { DocumentParts } from './document.ts';
import { brokenExample, getDocument, getFile, getPage } from './own-routes.ts';

export interface OpenApiDeps extends DocumentParts {
  readonly baseUrlOf: (request: FastifyRequest) => string;
}

/** Nothing but what we serve ourselves may be loaded, run or asked. */
const policy = {
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; " +
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'referrer-policy': 'no-referrer',
} as const;

/** What makes the answers is loaded by the first request that asks for it: a start needs none of it. */
export function registerOpenApi(app: FastifyInstance, deps: OpenApiDeps): void {
  let built: Promise<object> | undefined;

  route(app, '/openapi.json', getDocument, async (request) => {
    const { toContent } = await import('./assets.ts');
    built ??= build(deps);
    const servers = [{ url: deps.baseUrlOf(request) }];
    return toContent('application/json', Buffer.from(JSON.stringify({ ...(await built), servers })));
  });
  route(app, '/docs', getPage, async () => (await import('./assets.ts')).readPage());
  route(app, '/docs/:file', getFile, async ({ params }) => {
    const { readAsset } = await import('./assets.ts');
    return readAsset((params as { file: string }).file);
  });
}

async function build(parts: DocumentParts): Promise<object> {
  const { buildDocument } = await import('./document.ts');
  return buildDocument(parts);
}

/** Answers before any body is read: whatever comes with the request does not matter. */
function route(
  app: FastifyInstance,
  url: string,
  schema: object,
  read: (request: FastifyRequest) => Promise<Content | undefined>,
): void {
  const answer = async (request: FastifyRequest, reply: FastifyReply) => {
    const content = await read(request);
    return content ? send(content, request, reply) : reply.callNotFound();
  };
  // The schema is for the document alone.
  const compilers = { validatorCompiler: () => () => true, serializerCompiler: () => JSON.stringify };
  app.route({
    method: 'GET',
    url,
    schema,
    ...compilers,
    errorHandler: tellBlandly,
    onRequest: answer,
    handler: answer,
  });
}

function tellBlandly(error: unknown, request: FastifyRequest, reply: FastifyReply): void {
  failed(request.log as Logger, error);
  const problem = { ...brokenExample, request_id: request.id };
  reply
    .code(500)
    .header('content-type', 'application/problem+json')
    .send(Buffer.from(JSON.stringify(problem)));
}

/** A browser keeps what it has and asks each time whether it is still right. */
function send({ type, bytes, etag }: Content, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  reply.headers({ etag, 'cache-control': 'no-cache', 'x-content-type-options': 'nosniff', ...policy });
  const known = request.headers['if-none-match']?.split(',').map((tag) => tag.trim().replace(/^W\//, '')) ?? [];
  if (known.includes(etag) || known.includes('*')) return reply.code(304).send();
  return reply.header('content-type', type).send(bytes);
}
