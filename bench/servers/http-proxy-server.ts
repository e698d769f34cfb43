/** What one would write with the usual library: fastify and @fastify/http-proxy in front of the provider. */
import { createRequire } from 'node:module';
import Fastify, { type FastifyPluginAsync } from 'fastify';

const [port, upstream, library = ''] = process.argv.slice(2);
const proxy: FastifyPluginAsync<{ upstream: string | undefined }> = createRequire(library)('@fastify/http-proxy');

const app = Fastify();
await app.register(proxy, { upstream });
await app.listen({ port: Number(port), host: '127.0.0.1' });
