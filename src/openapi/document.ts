/** The whole document: every route that tells of itself, and every dialect. */
import type { Dialect, DialectDocs } from '../dialects/dialect.ts';
import { version } from '../version.ts';
import { type ApiPart, serverPart } from './api-part.ts';
import { Components } from './components.ts';
import { dialectPaths, nameIn } from './dialect-paths.ts';
import { routePaths } from './route-paths.ts';
import type { DocumentedRoute } from './routes.ts';

export interface DocumentParts {
  readonly dialects: readonly Dialect[];
  readonly routes: readonly DocumentedRoute[];
  /** A route is of the first part whose prefix it has, else the server's own. */
  readonly parts: readonly ApiPart[];
}

const description = `A self-hosted block list for WhatsApp Business numbers. The block-users API of each provider is served as that
provider serves it, on one list per number; the admin API is Gatehouse's own.

Every GET can be asked as HEAD, but for that of webhooks. A method that a path of the admin API does not have is answered with 405
and \`Allow\`. What is
no HTTP, too slow (408) or has headers beyond 64 KiB (431) is answered as plain text before any API is known.`;

/** Its one server is wherever the reader asks for it: that is put in for each answer. */
export async function buildDocument({ dialects, routes, parts: apis }: DocumentParts): Promise<object> {
  const components = new Components();
  const parts = [...apis, serverPart];
  // The last dialect claims every request that is no other's: what a reader most likely looks for.
  const told = await Promise.all(
    dialects.toReversed().map(async (dialect) => ({ dialect, docs: await dialect.docs() })),
  );
  const paths = {
    ...Object.assign({}, ...told.map(({ dialect, docs }) => dialectPaths(dialect, docs, components))),
    ...routePaths(routes, parts, components),
  };
  return {
    openapi: '3.1.0',
    info: { title: 'Gatehouse', version, description, license: { name: 'Apache-2.0', identifier: 'Apache-2.0' } },
    servers: [],
    tags: [...told.map(({ docs }) => toTag(docs)), ...parts.flatMap(({ tags }) => tags), ...providersTags(told)],
    paths,
    components: {
      schemas: components.schemas,
      headers: { RequestId: requestId },
      securitySchemes: Object.assign(
        {},
        ...told.map(({ dialect, docs }) => schemesOf(dialect, docs)),
        ...parts.map(({ securitySchemes }) => securitySchemes),
      ),
    },
  };
}

const requestId = {
  description: 'Names the request in the log.',
  required: true,
  schema: { type: 'string', pattern: '^A[A-Za-z0-9_-]{22}$' },
};

function toTag({ title, description }: DialectDocs): object {
  return { name: title, description };
}

/** The tags that the providers' own documents use; several use the same. */
function providersTags(told: readonly { readonly docs: DialectDocs }[]): readonly object[] {
  const names = new Set(told.flatMap(({ docs }) => docs.places.flatMap(({ tags }) => tags)));
  return [...names].map((name) => ({ name, description: 'As the providers’ documents call it, in every API.' }));
}

function schemesOf(dialect: Dialect, docs: DialectDocs): object {
  return Object.fromEntries(
    Object.entries(docs.securitySchemes).map(([name, scheme]) => [nameIn(dialect, name), scheme]),
  );
}
