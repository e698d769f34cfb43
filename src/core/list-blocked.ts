import { Refusal } from './errors.ts';
import type { BusinessNumber } from './numbers.ts';
import {
  type CursorTexts,
  maxPage,
  type PageRequest,
  parsePosition,
  StableCursors,
  versionedCursors,
} from './paging.ts';
import type { BlockEntry, BlockLists, ListChanged, PageEnds, PageOf } from './ports.ts';
import type { Rules } from './rules.ts';
import type { KnownIds } from './user.ts';

export interface ListRequest extends CursorTexts {
  /** At least 1; more than 1,000 are clamped to it. */
  readonly limit: number;
}

/** A page of who is blocked, oldest block first. */
export interface ListedPage<Row = BlockEntry> {
  readonly entries: readonly Row[];
  /** The page's own limit, for links to its neighbours. */
  readonly limit: number;
  /** Absent: the page is empty. */
  readonly cursors?: { readonly before: string; readonly after: string };
  readonly hasBefore: boolean;
  readonly hasAfter: boolean;
}

/** Where to read, and under which paging policy: the number's own, or one that a reader insists on. */
export interface ListReader {
  readonly lists: BlockLists;
  readonly cursorSecret: Uint8Array;
  readonly number: BusinessNumber;
  readonly paging: Rules['paging'];
}

/** Refuses an invalid cursor (`invalid_cursor`) and, under `versioned`, one that the list has outgrown (`list_changed`). */
export async function listBlocked(reader: ListReader, request: ListRequest): Promise<ListedPage> {
  return listPage(reader, request, async (asked) => {
    const page = await reader.lists.page(reader.number.id, asked);
    if (page.kind === 'changed') return page;
    const [first, last] = [page.entries.at(0), page.entries.at(-1)];
    return { ...page, ...(first && last && { ends: { first: first.seq, last: last.seq } }) };
  });
}

/** The same page with no more than the users' ids, and the same refusals. */
export async function listBlockedIds(reader: ListReader, request: ListRequest): Promise<ListedPage<KnownIds>> {
  return listPage(reader, request, (asked) => reader.lists.pageOfIds(reader.number.id, asked));
}

async function listPage<Row>(
  { number, cursorSecret, paging }: ListReader,
  request: ListRequest,
  read: (asked: PageRequest) => Promise<(PageOf<Row> & { readonly ends?: PageEnds }) | ListChanged>,
): Promise<ListedPage<Row>> {
  const limit = Math.min(request.limit, maxPage);
  const stable = new StableCursors(cursorSecret, `blocks ${number.id}`);
  const asked = parsePosition(request, limit, paging, stable);
  const page = await read(asked);
  const name = request.after === undefined ? 'before' : 'after';
  if (page.kind === 'changed') {
    // A version that the list has not reached was never given out.
    const named = asked.position.kind === 'offset' ? asked.position.version : 0;
    throw new Refusal(named > page.version ? { kind: 'invalid_cursor', name } : { kind: 'list_changed' });
  }
  if (asked.position.kind === 'offset' && asked.position.row >= page.count)
    throw new Refusal({ kind: 'invalid_cursor', name });
  const { entries, ends, hasBefore, hasAfter } = page;
  if (!ends) return { entries, limit, hasBefore, hasAfter };
  const cursors =
    paging === 'stable'
      ? { before: stable.render(ends.first), after: stable.render(ends.last) }
      : versionedCursorsOf(page);
  return { entries, limit, cursors, hasBefore, hasAfter };
}

function versionedCursorsOf(page: PageOf<unknown>): { before: string; after: string } {
  const first = page.offset ?? 0;
  return {
    before: versionedCursors.render(first, page.version),
    after: versionedCursors.render(first + page.entries.length - 1, page.version),
  };
}
