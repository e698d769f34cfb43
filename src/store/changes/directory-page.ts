import type { DirectoryPage } from '../../core/ports.ts';

/** A page from `limit` rows and one more, which only tells that there are more. */
export function toDirectoryPage<Row, Item>(
  rows: readonly Row[],
  limit: number,
  toItem: (row: Row) => Item,
): DirectoryPage<Item> {
  return { items: rows.slice(0, limit).map((row) => toItem(row)), hasMore: rows.length > limit };
}
