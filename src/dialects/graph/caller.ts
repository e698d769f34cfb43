import type { Caller } from '../dialect.ts';
import { idOf, readChange } from './read-change.ts';
import { readList } from './read-list.ts';

/** In what the callers of the family differ. */
export type CallerStyle = Pick<Caller, 'origin' | 'credential' | 'path'>;

/** Users in one request, as Meta's guide has it; those who pass requests on to Meta name no other number. */
const maxUsers = 1000;

/** Rows of one page: no document names a maximum, and a smaller page is read on from. */
const maxPage = 1000;

/** Calls a provider of Graph's wire. A caller reads what its own dialect says, and what providers are known to say beside it. */
export function graphCaller({ origin, credential, path }: CallerStyle): Caller {
  const edge = '/block_users';
  return {
    origin,
    maxUsers,
    maxPage,
    credential,
    path,
    change: (goal, users, { numberId, token, apiVersion }) => ({
      method: goal === 'block' ? 'POST' : 'DELETE',
      path: path({ version: undefined, numberId, rest: edge }, apiVersion),
      headers: { ...credential(token), accept: 'application/json', 'content-type': 'application/json' },
      body: JSON.stringify({
        messaging_product: 'whatsapp',
        block_users: users.map((user) => ({ [user.kind === 'wa_id' ? 'user' : 'user_id']: idOf(user) })),
      }),
    }),
    readChange,
    list: ({ limit, after }, { numberId, token, apiVersion }) => {
      const query = new URLSearchParams({ limit: String(limit), ...(after !== undefined && { after }) });
      return {
        method: 'GET',
        path: `${path({ version: undefined, numberId, rest: edge }, apiVersion)}?${query}`,
        headers: { ...credential(token), accept: 'application/json' },
      };
    },
    readList,
  };
}

/** Graph's path under a prefix. The version is the client's, else the connection's, else the provider's. */
export function versionedPath(prefix: string, ownVersion: string): Caller['path'] {
  return ({ version, numberId, rest }, apiVersion) => {
    const number = numberId === undefined ? '' : `/${numberId}`;
    return `${prefix}/${version ?? apiVersion ?? ownVersion}${number}${rest}`;
  };
}
