import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { Refusal } from './errors.ts';
import { type ListedPage, type ListRequest, listBlocked } from './list-blocked.ts';
import { type PageRequest, versionedCursors } from './paging.ts';
import type { BlockLists, ListPage } from './ports.ts';
import type { Rules } from './rules.ts';

/** A list in memory: rows by their sequence number, and the version. */
interface Shelf {
  rows: number[];
  version: number;
}

function pageOf({ rows, version }: Shelf, { position, limit }: PageRequest): ListPage {
  if (position.kind === 'offset' && position.version !== version) return { kind: 'changed', version };
  const index = {
    start: () => 0,
    offset: () => (position.kind === 'offset' ? position.offset : 0),
    after: () => rows.filter((seq) => position.kind === 'after' && seq <= position.seq).length,
    before: () => Math.max(0, rows.filter((seq) => position.kind === 'before' && seq < position.seq).length - limit),
  }[position.kind]();
  const end = position.kind === 'before' ? rows.filter((seq) => seq < position.seq).length : index + limit;
  const shown = rows.slice(index, end);
  const by = { dialect: 'x', keyId: null, requestId: 'A' };
  return {
    kind: 'page',
    entries: shown.map((seq) => ({ seq, blockedAt: 0, by })),
    count: rows.length,
    version,
    ...((position.kind === 'start' || position.kind === 'offset') && { offset: index }),
    hasBefore: index > 0,
    hasAfter: end < rows.length,
  };
}

function readerOf(shelf: Shelf, paging: Rules['paging'], id = '1001') {
  const asked: PageRequest[] = [];
  const lists = {
    page: async (_number: string, request: PageRequest) => {
      asked.push(request);
      return pageOf(shelf, request);
    },
  } as unknown as BlockLists;
  const reader = { lists, cursorSecret: Buffer.alloc(32, 1), number: { id } as never, paging };
  return { read: (request: ListRequest) => listBlocked(reader, request), asked };
}

const seqsOf = ({ entries }: ListedPage) => entries.map(({ seq }) => seq);
const refused = (kind: string) => (error: unknown) => error instanceof Refusal && error.reason.kind === kind;
const rows = fc
  .uniqueArray(fc.integer({ min: 1, max: 500 }), { maxLength: 40 })
  .map((found) => found.toSorted((a, b) => a - b));
const limits = fc.integer({ min: 1, max: 12 });

for (const paging of ['stable', 'versioned'] as const) {
  describe(`a ${paging} list`, () => {
    it('is read whole forwards, and back again, by its cursors', () =>
      fc.assert(
        fc.asyncProperty(rows, limits, async (list, limit) => {
          const { read } = readerOf({ rows: list, version: 7 }, paging);
          const forwards: number[] = [];
          let page = await read({ limit });
          for (;;) {
            forwards.push(...seqsOf(page));
            assert.ok(forwards.length <= list.length, 'rows came twice');
            assert.equal(page.hasAfter, forwards.length < list.length);
            if (!page.cursors) break;
            page = await read({ limit, after: page.cursors.after });
          }
          assert.deepEqual(forwards, list);
          const last = list.length === 0 ? undefined : (await read({ limit: 1000 })).cursors;
          if (!last) return;
          const end = (await read({ limit, before: last.after })).entries.length;
          assert.equal(end, Math.min(limit, list.length - 1));
          const backwards = list.slice(-1);
          page = await read({ limit, before: last.after });
          while (page.cursors) {
            backwards.unshift(...seqsOf(page));
            assert.ok(backwards.length <= list.length, 'rows came twice');
            assert.equal(page.hasBefore, backwards.length < list.length);
            page = await read({ limit, before: page.cursors.before });
          }
          assert.deepEqual(backwards, list);
        }),
      ));

    it('holds at most 1,000 rows on a page, and says so', async () => {
      const { read, asked } = readerOf({ rows: [1, 2], version: 7 }, paging);
      assert.equal((await read({ limit: 5000 })).limit, 1000);
      assert.equal(asked[0]?.limit, 1000);
    });

    it('has no cursors while it is empty', async () => {
      const { read } = readerOf({ rows: [], version: 7 }, paging);
      assert.deepEqual(await read({ limit: 5 }), { entries: [], limit: 5, hasBefore: false, hasAfter: false });
    });

    it('refuses after together with before, and a cursor that it did not give', async () => {
      const { read } = readerOf({ rows: [1], version: 7 }, paging);
      const { cursors } = await read({ limit: 5 });
      await assert.rejects(read({ limit: 5, ...cursors }), refused('invalid_cursor'));
      await assert.rejects(read({ limit: 5, after: 'x' }), refused('invalid_cursor'));
    });
  });
}

describe('a stable list that changes while it is read', () => {
  it('neither skips nor repeats the rows that stay', () =>
    fc.assert(
      fc.asyncProperty(rows, limits, fc.array(fc.nat(), { maxLength: 10 }), async (list, limit, leaving) => {
        const shelf = { rows: list, version: 7 };
        const { read } = readerOf(shelf, 'stable');
        const seen: number[] = [];
        let page = await read({ limit });
        while (page.cursors) {
          seen.push(...seqsOf(page));
          assert.ok(seen.length < 100, 'there is no end');
          const gone = leaving.pop();
          const newest = (shelf.rows.at(-1) ?? 0) + 1;
          if (gone !== undefined)
            shelf.rows = [...shelf.rows.filter((_, index) => index !== gone % shelf.rows.length), newest];
          page = await read({ limit, after: page.cursors.after });
        }
        assert.equal(new Set(seen).size, seen.length);
        for (const stayed of shelf.rows) assert.ok(seen.includes(stayed), `${stayed} was skipped`);
      }),
    ));

  it('refuses the cursor of another number', async () => {
    const shelf = { rows: [1, 2], version: 7 };
    const { cursors } = await readerOf(shelf, 'stable', '1001').read({ limit: 1 });
    assert.ok(cursors);
    await assert.rejects(
      readerOf(shelf, 'stable', '1002').read({ limit: 1, after: cursors.after }),
      refused('invalid_cursor'),
    );
  });
});

describe('a versioned list that changes while it is read', () => {
  const at = (offset: number, version: number) => versionedCursors.render(offset, version);

  it('says that it changed', async () => {
    const { read } = readerOf({ rows: [1, 2], version: 8 }, 'versioned');
    await assert.rejects(read({ limit: 1, after: at(0, 7) }), refused('list_changed'));
    await assert.rejects(read({ limit: 1, before: at(1, 7) }), refused('list_changed'));
  });

  it('knows a cursor of a version that it never had', async () => {
    const { read } = readerOf({ rows: [1, 2], version: 8 }, 'versioned');
    await assert.rejects(read({ limit: 1, after: at(0, 9) }), refused('invalid_cursor'));
  });

  it('knows a cursor of a row that it does not have', async () => {
    const { read } = readerOf({ rows: [1, 2], version: 8 }, 'versioned');
    assert.deepEqual(seqsOf(await read({ limit: 1, after: at(1, 8) })), []);
    await assert.rejects(read({ limit: 1, after: at(2, 8) }), refused('invalid_cursor'));
    await assert.rejects(read({ limit: 1, before: at(2, 8) }), refused('invalid_cursor'));
  });
});
