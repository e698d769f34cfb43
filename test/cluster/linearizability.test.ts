/** Many clients over several nodes and one PostgreSQL see one list: as if each call happened in one moment. */
import assert from 'node:assert/strict';
import { it, type TestContext } from 'node:test';
import type { Store } from '../../src/core/ports.ts';
import { openStore } from '../../src/store/index.ts';
import { databaseOn } from '../helpers/database.ts';
import { startPostgres } from '../helpers/postgres.ts';
import { startTestService } from '../helpers/service.ts';
import { startTcpProxy, type TcpProxy } from '../helpers/tcp-proxy.ts';
import { findFaults, type Operation } from './linearizable.ts';
import { play } from './players.ts';

const id = '106540352242970';

interface Third {
  /** Stands between the third node and its store. */
  readonly wrap?: (store: Store) => Store;
  /** How the third node reaches the database, if not as the others do. */
  readonly proxy?: TcpProxy;
}

/** The history of so many calls over two nodes as they are, and a third one. */
async function record(t: TestContext, calls: number, { wrap, proxy }: Third = {}): Promise<Operation[]> {
  const url = await databaseOn(t, await startPostgres());
  const far = new URL(url);
  if (proxy) far.port = String(proxy.port);
  const third = await openStore(far.href);
  const stores = [await openStore(url), await openStore(url), wrap?.(third) ?? third];
  const nodes = await Promise.all(stores.map((store) => startTestService(t, { store })));
  await nodes[0]?.number(id);
  return play({
    nodes: nodes.map(({ base }) => base),
    id,
    players: 8,
    users: 4,
    isOver: (history) => history.length >= calls,
  });
}

it('what is told of a user over three nodes can be', async (t) => {
  const history = await record(t, 500);
  const times = (what: (one: Operation) => boolean) => history.filter(what).length;
  const changes = times((one) => one.kind !== 'check' && one.changed === true);
  t.diagnostic(`${history.length} calls, ${changes} changes, ${times(({ kind }) => kind === 'check')} checks`);
  assert.ok(changes > 50, 'next to nothing was changed');
  assert.equal(
    times((one) => one.kind !== 'check' && one.changed === 'unknown'),
    0,
  );
  assert.deepEqual(findFaults(history), []);
});

it('what is told of a user can be, although every third answer to a commit of one node is lost', async (t) => {
  const { port } = await startPostgres();
  const proxy = await startTcpProxy(t, port);
  let commits = 0;
  proxy.watch((bytes) => {
    // Of a transaction, or of a statement that commits by itself.
    if (!bytes.includes('COMMIT') && !bytes.includes('swap_')) return undefined;
    commits += 1;
    return commits % 3 === 0 ? 'last' : undefined;
  });
  const history = await record(t, 300, { proxy });
  t.diagnostic(`${history.length} calls, ${commits} commits of that node`);
  assert.ok(commits > 12, 'next to nothing was lost');
  assert.deepEqual(findFaults(history), []);
});

it('what is told by a node that answers from memory cannot be', async (t) => {
  const known = new Map<string, ReturnType<Store['lists']['check']>>();
  const history = await record(t, 300, {
    wrap: (store) => ({
      ...store,
      lists: new Proxy(store.lists, {
        get(lists, name) {
          const own = Reflect.get(lists, name);
          if (name !== 'check') return typeof own === 'function' ? own.bind(lists) : own;
          return (number: Parameters<typeof lists.check>[0], user: Parameters<typeof lists.check>[1]) => {
            const key = JSON.stringify(user);
            const answer = known.get(key) ?? lists.check(number, user);
            known.set(key, answer);
            return answer;
          };
        },
      }),
    }),
  });
  assert.ok(findFaults(history).length > 0);
});
