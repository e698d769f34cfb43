import type { Counters } from '../../core/block-list.ts';
import type { PhoneNumberId } from '../../core/ids.ts';
import type { PageRequest } from '../../core/paging.ts';
import type { BlockEntry, ListPage } from '../../core/ports.ts';
import type { Checkpoints } from './checkpoints.ts';
import type { Entries } from './entries.ts';

export interface PageSource {
  readonly entries: Entries;
  readonly checkpoints: Checkpoints;
}

/** Reads one entry more than asked to know whether there are more. */
export function readPage(
  { entries, checkpoints }: PageSource,
  number: PhoneNumberId,
  { position, limit }: PageRequest,
  { count, version }: Counters,
): ListPage {
  const page = { kind: 'page', count, version } as const;
  switch (position.kind) {
    case 'start': {
      const found = entries.after(number, 0, limit + 1);
      return { ...page, entries: found.slice(0, limit), offset: 0, hasBefore: false, hasAfter: found.length > limit };
    }
    case 'after': {
      const found = entries.after(number, position.seq, limit + 1);
      const hasBefore = (entries.bounds(number)?.first ?? Infinity) <= position.seq;
      return { ...page, entries: found.slice(0, limit), hasBefore, hasAfter: found.length > limit };
    }
    case 'before': {
      const found = entries.before(number, position.seq, limit + 1);
      const hasAfter = (entries.bounds(number)?.last ?? 0) >= position.seq;
      return { ...page, entries: lastOf(found, limit), hasBefore: found.length > limit, hasAfter };
    }
    case 'offset': {
      if (position.version !== version) return { kind: 'changed', version };
      const { offset } = position;
      const { seq, skip } = checkpoints.seek(number, version, offset);
      const found = entries.after(number, seq, limit, skip);
      return {
        ...page,
        entries: found,
        offset,
        hasBefore: offset > 0 && count > 0,
        hasAfter: offset + found.length < count,
      };
    }
    default:
      return position satisfies never;
  }
}

function lastOf(entries: readonly BlockEntry[], limit: number): BlockEntry[] {
  return entries.slice(Math.max(0, entries.length - limit));
}
