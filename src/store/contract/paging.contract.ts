import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Position } from '../../core/paging.ts';
import type { IdsPage, ListPage, Store } from '../../core/ports.ts';
import { at, Caller, hour, type OpenStore, one, phones, putNumber, two } from './fixture.contract.ts';

interface Begun {
  readonly store: Store;
  readonly caller: Caller;
  /** Who is blocked, in order. */
  readonly all: readonly string[];
}

export function pagingContract(open: OpenStore): void {
  async function begin(t: Parameters<OpenStore>[0], size: number): Promise<Begun> {
    const store = await open(t);
    await putNumber(store, one);
    const caller = new Caller(store);
    for (let done = 0; done < size; done += 1000) await caller.block(phones(size).slice(done, done + 1000));
    return { store, caller, all: phones(size) };
  }

  describe('the first page', () => {
    it('is empty for an empty list', async (t) => {
      const { caller } = await begin(t, 0);
      const page = { kind: 'page', entries: [], count: 0, version: 0, offset: 0, hasBefore: false, hasAfter: false };
      assert.deepEqual(await caller.page(), page);
    });

    it('knows whether more follow', async (t) => {
      const { caller, all } = await begin(t, 3);
      for (const [limit, hasAfter] of [
        [0, true],
        [1, true],
        [2, true],
        [3, false],
        [4, false],
      ] as const) {
        const page = await caller.page({ kind: 'start' }, limit);
        assert.deepEqual([page.hasBefore, page.hasAfter, page.offset, page.count], [false, hasAfter, 0, 3]);
        assert.deepEqual(await caller.names({ kind: 'start' }, limit), all.slice(0, limit));
      }
    });
  });

  describe('stable pages', () => {
    /** Names and neighbours of a page. */
    async function look(caller: Caller, position: Position, limit: number): Promise<[string[], boolean, boolean]> {
      const { hasBefore, hasAfter } = await caller.page(position, limit);
      return [await caller.names(position, limit), hasBefore, hasAfter];
    }

    it('go forward from a row', async (t) => {
      const { caller, all } = await begin(t, 5);
      assert.deepEqual(await look(caller, { kind: 'after', seq: 2 }, 2), [all.slice(2, 4), true, true]);
      assert.deepEqual(await look(caller, { kind: 'after', seq: 3 }, 2), [all.slice(3, 5), true, false]);
      assert.deepEqual(await look(caller, { kind: 'after', seq: 5 }, 2), [[], true, false]);
      assert.deepEqual(await look(caller, { kind: 'after', seq: 0 }, 5), [all, false, false]);
      assert.deepEqual(await look(caller, { kind: 'after', seq: 1 }, 0), [[], true, true]);
    });

    it('go back from a row, in the order of the list', async (t) => {
      const { caller, all } = await begin(t, 5);
      assert.deepEqual(await look(caller, { kind: 'before', seq: 4 }, 2), [all.slice(1, 3), true, true]);
      assert.deepEqual(await look(caller, { kind: 'before', seq: 3 }, 2), [all.slice(0, 2), false, true]);
      assert.deepEqual(await look(caller, { kind: 'before', seq: 1 }, 2), [[], false, true]);
      assert.deepEqual(await look(caller, { kind: 'before', seq: 9 }, 2), [all.slice(3, 5), true, false]);
      assert.deepEqual(await look(caller, { kind: 'before', seq: 5 }, 0), [[], true, true]);
    });

    it('go on from a row that has left the list', async (t) => {
      const { caller, all } = await begin(t, 5);
      await caller.unblock([all[0]!, all[1]!, all[2]!]);
      assert.deepEqual(await look(caller, { kind: 'after', seq: 3 }, 1), [[all[3]], false, true]);
      assert.deepEqual(await look(caller, { kind: 'before', seq: 3 }, 1), [[], false, true]);
      await caller.unblock([all[3]!, all[4]!]);
      assert.deepEqual(await look(caller, { kind: 'after', seq: 3 }, 1), [[], false, false]);
      assert.deepEqual(await look(caller, { kind: 'before', seq: 3 }, 1), [[], false, false]);
    });

    it('do not tell an offset', async (t) => {
      const { caller } = await begin(t, 5);
      assert.equal((await caller.page({ kind: 'after', seq: 2 }, 2)).offset, undefined);
      assert.equal((await caller.page({ kind: 'before', seq: 2 }, 2)).offset, undefined);
    });
  });

  describe('versioned pages', () => {
    const offsets = [0, 1, 254, 255, 256, 257, 511, 512, 700, 1000, 1023, 1024, 1025, 1300, 1399, 1400, 1401, 5000];

    it('are slices of the list, in whatever order they are asked for', async (t) => {
      const { caller, all } = await begin(t, 1400);
      const { version } = await caller.page();
      for (const offset of [...offsets, ...offsets.toReversed()]) {
        for (const limit of [0, 1, 300]) {
          const page = await caller.page({ kind: 'offset', offset, row: offset, version }, limit);
          const names = page.entries.map(({ waId }) => waId);
          assert.deepEqual(names, all.slice(offset, offset + limit), `${limit} from ${offset}`);
          assert.deepEqual([page.offset, page.count], [offset, 1400]);
          assert.deepEqual([page.hasBefore, page.hasAfter], [offset > 0, offset + names.length < 1400]);
        }
      }
    });

    it('follow the list when it changes', async (t) => {
      const { caller, all } = await begin(t, 1400);
      const at700 = async () => {
        const { version } = await caller.page();
        return caller.names({ kind: 'offset', offset: 700, row: 700, version }, 3);
      };
      assert.deepEqual(await at700(), all.slice(700, 703));
      await caller.unblock([all[3]!, all[300]!]);
      assert.deepEqual(await at700(), all.slice(702, 705));
      await caller.block(all[3]!);
      assert.deepEqual(await at700(), all.slice(702, 705));
    });

    it('of two lists with the same version stay apart', async (t) => {
      const { store, caller, all } = await begin(t, 600);
      await putNumber(store, two);
      const others = phones(600, 4915200000000);
      await new Caller(store, two).block(others);
      const { version } = await caller.page();
      const position = { kind: 'offset', offset: 300, row: 300, version } as const;
      assert.equal((await new Caller(store, two).page()).version, version);
      assert.deepEqual(await caller.names(position, 2), all.slice(300, 302));
      assert.deepEqual(await new Caller(store, two).names(position, 2), others.slice(300, 302));
    });

    it('of another version are refused with the present one', async (t) => {
      const { store, caller } = await begin(t, 3);
      const { version } = await caller.page();
      await caller.block('4915900000000', { at: at + hour });
      for (const stale of [version, version + 1, 0, (at + 2 * hour) * 1000]) {
        const position = { kind: 'offset', offset: 0, row: 0, version: stale } as const;
        assert.deepEqual(await store.lists.page(one, { position, limit: 1 }), {
          kind: 'changed',
          version: (at + hour) * 1000,
        });
      }
    });

    it('have no neighbours in an empty list', async (t) => {
      const { caller } = await begin(t, 0);
      const page = await caller.page({ kind: 'offset', offset: 7, row: 7, version: 0 }, 2);
      assert.deepEqual([page.entries, page.hasBefore, page.hasAfter], [[], false, false]);
    });
  });

  describe('a page of ids', () => {
    /** Holds a page of ids against the same page of entries, in a list with these list orders. */
    function assertSame(ids: IdsPage, page: ListPage, seqs: readonly number[], message: string): void {
      if (ids.kind === 'changed' || page.kind === 'changed') {
        assert.deepEqual(ids, page, message);
        return;
      }
      const { ends, ...rest } = ids;
      const entries = page.entries.map(({ waId, userId }) => ({ ...(waId && { waId }), ...(userId && { userId }) }));
      assert.deepEqual(rest, { ...page, entries }, message);
      const between = ends && seqs.filter((seq) => seq >= ends.first && seq <= ends.last);
      const shown = page.entries.map(({ seq }) => seq);
      assert.deepEqual(between ?? [], shown, message);
      assert.equal(ends === undefined, shown.length === 0, message);
    }

    async function assertAllPages(store: Store, caller: Caller): Promise<void> {
      const { version, count, entries } = await caller.page();
      const listed = entries.map(({ seq }) => seq);
      const seqs = [0, 1, 2, 7, 8, 19, 20, 40, 60, 61, 255, 299, 300, 301, 302, 303, 304, 999];
      const positions: Position[] = [
        { kind: 'start' },
        ...seqs.flatMap((seq) => [{ kind: 'after', seq } as const, { kind: 'before', seq } as const]),
        ...[...seqs, count - 1, count].map((row) => ({ kind: 'offset', offset: row, row, version }) as const),
        { kind: 'offset', offset: 0, row: 0, version: version + 1 },
      ];
      for (const position of positions) {
        for (const limit of [0, 1, 2, 41, 1000]) {
          const request = { position, limit };
          const page = await store.lists.page(one, request);
          assertSame(await store.lists.pageOfIds(one, request), page, listed, JSON.stringify(request));
        }
      }
    }

    it('tells the ids of the page at any position of a list that only grew', async (t) => {
      const { store, caller } = await begin(t, 300);
      await assertAllPages(store, caller);
    });

    it('tells the ids of the page at any position, whatever ids are known and whoever left', async (t) => {
      const { store, caller, all } = await begin(t, 300);
      await caller.block(['US.1', 'US.2', 'DE.abc']);
      await caller.receive(all[7]!, 'DE.seven');
      await caller.receive('4915999999999', 'US.2');
      await assertAllPages(store, caller);
      await caller.unblock([all[0]!, ...all.slice(20, 60), 'DE.abc']);
      await assertAllPages(store, caller);
    });

    it('is empty for an empty list', async (t) => {
      const { store } = await begin(t, 0);
      for (const position of [{ kind: 'start' }, { kind: 'after', seq: 3 }, { kind: 'before', seq: 3 }] as const) {
        const request = { position, limit: 2 };
        assert.deepEqual(await store.lists.pageOfIds(one, request), await store.lists.page(one, request));
      }
    });
  });
}
