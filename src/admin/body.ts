import type { FastifyInstance, FastifyRequest } from 'fastify';
import { parseJsonText, refusePacked } from '../core/json-text.ts';
import { notJson } from './problem.ts';

/** Takes JSON bodies only. An absent or empty body counts as `{}`, so that its schema names what is missing. */
export function readJsonBodies(app: FastifyInstance): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser<Buffer>('*', { parseAs: 'buffer' }, async (request: FastifyRequest, body: Buffer) => {
    if (body.length === 0) return {};
    refusePacked(request.headers['content-encoding']);
    const type = request.headers['content-type'];
    if (type !== undefined && !/^application\/json *(;|$)/i.test(type)) throw notJson();
    return parseJsonText(body);
  });
  app.addHook('preValidation', async (request) => {
    if (request.body === undefined) request.body = {};
  });
}
