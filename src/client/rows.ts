import type { Request, Transport } from './transport.ts';

/** Which part of a list to read. */
export interface ListOptions {
  /** Begin after this cursor, an earlier page's. */
  readonly after?: string | undefined;
  /** How many rows to read at once, at most 1,000 (1,000). */
  readonly pageSize?: number | undefined;
  /** Ends the walk; it then throws the signal's own reason. */
  readonly signal?: AbortSignal | undefined;
}

/** Some rows of a list. */
export interface Page<Row> {
  readonly data: readonly Row[];
  /** Where to go on from, as `after`; undefined: the page is empty. */
  readonly cursor: string | undefined;
}

/** A page as the wire has it. */
interface WirePage<Row> {
  readonly data: readonly Row[];
  readonly paging?: { readonly cursors: { readonly after: string }; readonly next?: string };
}

/**
 * A list, read as far as it is asked for and anew by each walk.
 *
 * @example
 * for await (const number of gatehouse.numbers.list()) console.log(number.phone_number_id);
 * // 106540352242922
 * // 106540352242923
 */
export class Rows<Row> implements AsyncIterable<Row> {
  readonly #transport: Transport;
  readonly #path: Request['path'];
  readonly #options: ListOptions;
  readonly #filter: Request['query'];

  constructor(transport: Transport, path: Request['path'], options: ListOptions = {}, filter: Request['query'] = {}) {
    this.#transport = transport;
    this.#path = path;
    this.#options = options;
    this.#filter = filter;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Row, void, undefined> {
    for await (const { data } of this.pages()) yield* data;
  }

  /**
   * The same list page by page: to show it so, or to keep a cursor and go on later.
   *
   * @example
   * for await (const page of gatehouse.list('106540352242922', { pageSize: 2 }).pages()) {
   *   console.log(page.data.length, page.cursor !== undefined);
   * }
   * // 2 true
   * // 1 true
   */
  async *pages(): AsyncGenerator<Page<Row>, void, undefined> {
    const { pageSize = 1000, signal } = this.#options;
    let { after } = this.#options;
    for (;;) {
      const { body } = await this.#transport.send<WirePage<Row>>({
        method: 'GET',
        path: this.#path,
        query: { ...this.#filter, limit: pageSize, after },
        signal,
      });
      const cursor = body.paging?.cursors.after;
      if (cursor !== undefined || after === undefined) yield { data: body.data, cursor };
      if (body.paging?.next === undefined) return;
      after = cursor;
    }
  }
}
