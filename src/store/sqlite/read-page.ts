import type { PageRequest } from '../../core/paging.ts';
import type { IdsPage, ListPage, PageOf } from '../../core/ports.ts';
import type { Checkpoints } from './checkpoints.ts';
import type { Entries, ListHead, Span } from './entries.ts';
import type { ListedIds } from './listed-ids.ts';

export interface PageSource {
  readonly entries: Entries;
  readonly ids: ListedIds;
  readonly checkpoints: Checkpoints;
}

export function readPage(source: PageSource, list: number, request: PageRequest): ListPage {
  const head = source.entries.head(list);
  const found = findSpan(source, list, request, head);
  if (!found) return { kind: 'changed', version: head.version };
  return { ...found.page, entries: source.entries.within(list, found.span) };
}

export function readIds(source: PageSource, list: number, request: PageRequest): IdsPage {
  const { position, limit } = request;
  if (position.kind === 'after') return source.ids.forward(list, position.seq, limit);
  if (position.kind === 'start') return { ...source.ids.forward(list, 0, limit), offset: 0 };
  const head = source.entries.head(list);
  const found = findSpan(source, list, request, head);
  if (!found) return { kind: 'changed', version: head.version };
  return { ...found.page, ...source.ids.within(list, found.span) };
}

/** Which part of the list a page shows, and all that is told of the page but its users. */
interface Found {
  readonly span: Span;
  readonly page: Omit<PageOf<never>, 'entries'>;
}

/** `undefined`: the position is that of another version. */
function findSpan(
  { entries, checkpoints }: PageSource,
  list: number,
  { position, limit }: PageRequest,
  { count, version, first, last }: ListHead,
): Found | undefined {
  const page = { kind: 'page', count, version } as const;
  const spanFrom = (after: number) => ({ after, through: entries.hop(list, after, limit) ?? last });
  switch (position.kind) {
    case 'start': {
      const span = spanFrom(0);
      return { span, page: { ...page, offset: 0, hasBefore: false, hasAfter: span.through < last } };
    }
    case 'after': {
      const span = spanFrom(position.seq);
      return { span, page: { ...page, hasBefore: first <= position.seq, hasAfter: span.through < last } };
    }
    case 'before': {
      const span = { after: entries.hopBack(list, position.seq, limit), through: position.seq - 1 };
      return { span, page: { ...page, hasBefore: first <= span.after, hasAfter: last >= position.seq } };
    }
    case 'offset': {
      if (position.version !== version) return undefined;
      const { offset } = position;
      const { seq, skip } = checkpoints.seek(list, version, offset);
      const span = spanFrom(entries.hop(list, seq, skip) ?? last);
      const hasBefore = offset > 0 && count > 0;
      return { span, page: { ...page, offset, hasBefore, hasAfter: span.through < last } };
    }
    default:
      return position satisfies never;
  }
}
