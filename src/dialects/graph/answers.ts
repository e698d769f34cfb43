import type { ListedPage } from '../../core/list-blocked.ts';
import type { KnownIds } from '../../core/user.ts';
import type { Result, WireRequest } from '../dialect.ts';
import { toUserLists, type UserLists } from './users.ts';

export type ChangeResult = Extract<Result, { kind: 'block' | 'unblock' }>;

/** A body that tells what became of each user, and the status that goes with it. */
export interface ChangeAnswer {
  readonly status: number;
  readonly lists: UserLists;
  readonly body: {
    readonly messaging_product: 'whatsapp';
    readonly block_users: Readonly<Record<string, unknown>>;
    readonly error?: { readonly code: number; readonly message: string };
  };
}

/**
 * `failed_users` is left out when nobody failed and the list of the others when everybody did; any failure adds the
 * error 139100 and the number's status for it.
 */
export function toChangeAnswer(result: ChangeResult, requestId: string): ChangeAnswer {
  const lists = toUserLists(result.outcomes);
  const { done, failed } = lists;
  const name = result.kind === 'block' ? 'added_users' : 'removed_users';
  const blockUsers = {
    ...((done.length > 0 || failed.length === 0) && { [name]: done }),
    ...(failed.length > 0 && { failed_users: failed }),
  };
  if (failed.length === 0) {
    return { status: 200, lists, body: { messaging_product: 'whatsapp', block_users: blockUsers } };
  }
  const error = {
    message: '(#139100) Failed to block/unblock users',
    type: 'OAuthException',
    code: 139100,
    error_data: { details: `Failed to ${result.kind} some users, see the block_users response list for details` },
    fbtrace_id: requestId,
  };
  const body = { messaging_product: 'whatsapp', block_users: blockUsers, error } as const;
  return { status: result.number.rules.partialFailureStatus, lists, body };
}

/** A row of the list, as JSON; what is not known of the user is left out. No id has a character that JSON would escape. */
export function renderRow({ waId, userId }: KnownIds): string {
  const ids = `${waId === undefined ? '' : `,"wa_id":"${waId}"`}${userId === undefined ? '' : `,"user_id":"${userId}"`}`;
  return `{"messaging_product":"whatsapp"${ids}}`;
}

/** `{"data":[]}` for an empty page; else the rows, their cursors, and links to the neighbours that exist; as JSON. */
export function renderList(
  page: ListedPage<KnownIds>,
  request: WireRequest,
  renderUser: (user: KnownIds) => string,
): string {
  const { cursors } = page;
  if (!cursors) return '{"data":[]}';
  const address = listAddress(request, page.limit);
  const paging = {
    cursors,
    ...(page.hasAfter && { next: `${address}&after=${encodeURIComponent(cursors.after)}` }),
    ...(page.hasBefore && { previous: `${address}&before=${encodeURIComponent(cursors.before)}` }),
  };
  let rows = '';
  for (const user of page.entries) rows += `${rows && ','}${renderUser(user)}`;
  return `{"data":[${rows}],"paging":${JSON.stringify(paging)}}`;
}

/** Parameters that a link has of its own, or must not have. */
const replaced = ['access_token', 'appsecret_proof', 'method', 'limit', 'after', 'before'];

/** The list's own address without a cursor: what else the query held stays, but for credentials. */
function listAddress({ baseUrl, path, query }: WireRequest, limit: number): string {
  const others = new URLSearchParams(query);
  for (const name of replaced) others.delete(name);
  others.set('limit', String(limit));
  return `${baseUrl}${path}?${others}`;
}
