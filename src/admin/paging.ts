import type { FastifyRequest } from 'fastify';
import { Refusal } from '../core/errors.ts';
import { Mac, macLength } from '../core/mac.ts';
import { maxPage } from '../core/paging.ts';
import type { DirectoryPage, DirectoryQuery } from '../core/ports.ts';
import type { AdminDeps } from './deps.ts';

const defaultLimit = 100;

export interface Page<Item> {
  readonly data: Item[];
  /** Absent: the page is empty. */
  readonly paging?: { cursors: { before: string; after: string }; next?: string };
}

/** The query of a list, as its schema has passed it. */
export interface PageQuery {
  readonly limit?: string;
  readonly after?: string;
}

export function limitOf(query: PageQuery): number {
  return Math.min(Number(query.limit ?? defaultLimit), maxPage);
}

interface PageParts<Item> {
  readonly data: Item[];
  readonly limit: number;
  /** Absent: the page is empty. */
  readonly cursors?: { readonly before: string; readonly after: string } | undefined;
  readonly hasAfter: boolean;
  /** What else the query asked for: the next page asks for the same. */
  readonly filter?: Readonly<Record<string, string | undefined>>;
}

export function renderPage<Item>(deps: AdminDeps, request: FastifyRequest, parts: PageParts<Item>): Page<Item> {
  const { data, limit, cursors, hasAfter, filter = {} } = parts;
  if (cursors === undefined) return { data };
  const path = request.url.replace(/\?.*/s, '');
  const also = Object.entries(filter).map(([name, value]) =>
    value === undefined ? '' : `&${name}=${encodeURIComponent(value)}`,
  );
  const next = `${deps.baseUrlOf(request)}${path}?limit=${limit}&after=${cursors.after}${also.join('')}`;
  return { data, paging: { cursors, ...(hasAfter && { next }) } };
}

/** Things that the store keeps in the order of their names or ids. */
interface DirectoryList<Item, Id extends string> {
  /** Keeps the cursors of one list from another. */
  readonly list: string;
  read(query: DirectoryQuery<Id>): Promise<DirectoryPage<Item>>;
  parseId(text: string): Id | undefined;
  idOf(item: Item): Id;
}

/** Reads the page that a query asks for, and what `renderPage` needs of it. */
export async function readDirectory<Item, Id extends string>(
  deps: AdminDeps,
  query: PageQuery,
  { list, read, parseId, idOf }: DirectoryList<Item, Id>,
): Promise<PageParts<Item>> {
  const seal = new IdCursors(deps.store.installation.cursorSecret, list);
  const limit = limitOf(query);
  const after = query.after === undefined ? undefined : parseId(seal.parse(query.after) ?? '');
  if (query.after !== undefined && after === undefined) throw new Refusal({ kind: 'invalid_cursor', name: 'after' });
  const { items, hasMore } = await read({ limit, ...(after !== undefined && { after }) });
  const [first, last] = [items.at(0), items.at(-1)];
  const cursors = first && last && { before: seal.render(idOf(first)), after: seal.render(idOf(last)) };
  return { data: [...items], limit, cursors, hasAfter: hasMore };
}

/** Cursors of lists ordered by name: a MAC over the list's name and the row's id, and the id, each in base64url. */
class IdCursors {
  readonly #mac: Mac;

  constructor(secret: Uint8Array, list: string) {
    this.#mac = new Mac(secret, list);
  }

  render(id: string): string {
    const bytes = Buffer.from(id);
    return this.#mac.of(bytes) + bytes.toString('base64url');
  }

  parse(text: string): string | undefined {
    const id = Buffer.from(text.slice(macLength), 'base64url');
    // Decoding skips what it does not know: only the one canonical writing is a cursor.
    if (id.length === 0 || id.toString('base64url') !== text.slice(macLength)) return undefined;
    return this.#mac.matches(id, text.slice(0, macLength)) ? id.toString() : undefined;
  }
}
