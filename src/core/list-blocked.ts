import { Refusal } from './errors.ts';
import type { BusinessNumber } from './numbers.ts';
import { type CursorTexts, maxPage, parsePosition, StableCursors, versionedCursors } from './paging.ts';
import type { BlockEntry, BlockLists, ListPage } from './ports.ts';
import type { Rules } from './rules.ts';

export interface ListRequest extends CursorTexts {
  /** At least 1; more than 1,000 are clamped to it. */
  readonly limit: number;
}

/** A page of who is blocked, oldest block first. */
export interface ListedPage {
  readonly entries: readonly BlockEntry[];
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
  const { lists, number, paging } = reader;
  const limit = Math.min(request.limit, maxPage);
  const stable = new StableCursors(reader.cursorSecret, `blocks ${number.id}`);
  const asked = parsePosition(request, limit, paging, stable);
  const page = await lists.page(number.id, asked);
  const name = request.after === undefined ? 'before' : 'after';
  if (page.kind === 'changed') {
    // A version that the list has not reached was never given out.
    const named = asked.position.kind === 'offset' ? asked.position.version : 0;
    throw new Refusal(named > page.version ? { kind: 'invalid_cursor', name } : { kind: 'list_changed' });
  }
  if (asked.position.kind === 'offset' && asked.position.row >= page.count)
    throw new Refusal({ kind: 'invalid_cursor', name });
  const [first, last] = [page.entries.at(0), page.entries.at(-1)];
  const { entries, hasBefore, hasAfter } = page;
  if (!first || !last) return { entries, limit, hasBefore, hasAfter };
  const cursors =
    paging === 'stable'
      ? { before: stable.render(first.seq), after: stable.render(last.seq) }
      : versionedCursorsOf(page);
  return { entries, limit, cursors, hasBefore, hasAfter };
}

function versionedCursorsOf(page: Extract<ListPage, { kind: 'page' }>): { before: string; after: string } {
  const first = page.offset ?? 0;
  return {
    before: versionedCursors.render(first, page.version),
    after: versionedCursors.render(first + page.entries.length - 1, page.version),
  };
}
