import type { IncomingMessage } from 'node:http';
import type { FastifyInstance, FastifyReply, FastifyRequest, HTTPMethods } from 'fastify';

/** First parts of paths that are never a dialect's. */
const reserved = ['/api', '/health', '/metrics', '/docs', '/openapi.json', '/webhooks'];

/** What a request asks for: its path and query. To a proxy clients name the host too. https://www.rfc-editor.org/rfc/rfc9112#section-3.2.2 */
export function pathOf({ url = '' }: IncomingMessage): string {
  return url.startsWith('/') ? url : url.replace(/^https?:\/\/[^/?]*/i, '') || '/';
}

const reservedPath = new RegExp(`^(?:${reserved.join('|').replaceAll('.', '\\.')})(?:[/?]|$)`);

export function isReserved(path: string): boolean {
  return reservedPath.test(path);
}

/** Answers what is under a reserved path and is no route: no dialect may take it for a number. */
export function registerReserved(app: FastifyInstance): void {
  for (const path of reserved) {
    for (const url of [path, `${path}/*`]) {
      const free = app.supportedMethods.filter((method) => !app.hasRoute({ method: method as HTTPMethods, url }));
      answerEarly(app, { method: free as HTTPMethods[], url }, nothingHere);
    }
  }
}

async function nothingHere(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
  return answerNothingHere(request, reply);
}

type Answer = (request: FastifyRequest, reply: FastifyReply) => Promise<FastifyReply>;

interface Place {
  readonly method: HTTPMethods | HTTPMethods[];
  readonly url: string;
  /** For the document of the API alone: nothing is checked by it. */
  readonly schema?: object;
}

/** Answers before the body is read: whatever it is, and whatever it calls itself, does not matter here. */
export function answerEarly(app: FastifyInstance, place: Place, answer: Answer): void {
  app.route({ ...place, serializerCompiler: () => JSON.stringify, onRequest: answer, handler: answer });
}

export function answerNothingHere(request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const problem = {
    type: 'urn:gatehouse:problem:not-found',
    title: 'Not found',
    status: 404,
    detail: 'There is nothing at this path.',
    request_id: request.id,
  };
  // Where no route is found no hook runs, so the id is set here; bytes, as to a string the framework adds a charset.
  return reply
    .code(404)
    .headers({ 'content-type': 'application/problem+json', 'x-request-id': request.id })
    .send(Buffer.from(JSON.stringify(problem)));
}
