import type { DirectoryPage, DirectoryQuery } from './directory-ports.ts';

/** Read at once. */
const pageSize = 1_000;

/** Everything of a kind in the directory, read page by page. */
export async function* everyItem<Id extends string, Item>(
  read: (query: DirectoryQuery<Id>) => Promise<DirectoryPage<Item>>,
  idOf: (item: Item) => Id,
): AsyncGenerator<Item> {
  let after: Id | undefined;
  for (let hasMore = true; hasMore; ) {
    const page = await read({ limit: pageSize, ...(after !== undefined && { after }) });
    yield* page.items;
    const last = page.items.at(-1);
    after = last && idOf(last);
    hasMore = page.hasMore;
  }
}
