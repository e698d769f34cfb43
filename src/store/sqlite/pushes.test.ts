import assert from 'node:assert/strict';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, it, type TestContext } from 'node:test';
import { presets } from '../../core/rules.ts';
import { asked, at, by, Caller, one, phoneOf, putNumber } from '../contract/fixture.contract.ts';
import {
  countsOf,
  done,
  main,
  minute,
  Pusher,
  putConnection,
  putPushed,
  waiting,
} from '../contract/pushes.fixture.contract.ts';
import { openStore } from '../index.ts';
import { openDatabase } from './database.ts';
import { migrations } from './migrations/index.ts';
import { createStore } from './store.ts';
import { tempFolder } from './temp-folder.contract.ts';

const [ann, bob, eve, dan] = ['4915100000001', '4915100000002', '4915100000003', 'US.dan'];

async function openAt(t: TestContext, path: string) {
  const store = await openStore(`sqlite:${path}`);
  t.after(() => store.close());
  return { store, caller: new Caller(store), pusher: new Pusher(store) };
}

describe('what is to be pushed, in SQLite', () => {
  it('is there again after a restart', async (t) => {
    const path = join(tempFolder(t), 'a.db');
    const first = await openAt(t, path);
    await putNumber(first.store, one);
    await first.caller.block([ann, bob, eve]);
    await putPushed(first.store, one, { rules: { pushCapacity: 2 } });
    await first.store.pushes.enqueue(one, at, 2);
    const { pushes } = await first.pusher.next();
    const [early, late] = pushes;
    await first.pusher.settle(early!, done);
    await first.pusher.settle(late!, waiting());
    await first.caller.unblock(ann);
    const change = { number: one, users: asked(dan), by, at, reason: 'spam' };
    await first.store.pushes.intend('block', change, at + minute);
    await first.store.close();

    const { store, caller, pusher } = await openAt(t, path);
    assert.deepEqual(await pusher.states(), ['waiting', 'pending']);
    assert.deepEqual(await countsOf(store), { 'main pending': 1, 'main removing': 1, 'main waiting': 1 });
    assert.deepEqual([await pusher.room(), (await pusher.next()).isComplete], [1, false]);
    assert.equal(await pusher.enqueueAll(2, at), 0);
    assert.deepEqual(await pusher.push(), [`unblock ${ann}`, `block ${eve}`]);
    assert.deepEqual(await pusher.push(done, at + minute), [`block ${dan}?`]);
    assert.deepEqual([await pusher.states(), await pusher.room()], [['waiting', 'synced', 'synced'], 0]);
    assert.deepEqual((await caller.page()).entries.at(-1)?.reason, 'spam');
  });

  it('is nothing for a number without an upstream', async (t) => {
    const database = await openDatabase(join(tempFolder(t), 'a.db'));
    const store = createStore(database);
    t.after(() => store.close());
    await putNumber(store, one);
    const statements: string[] = [];
    database.db.setAuthorizer((_action, table) => {
      if (/^(push|connection)/.test(table ?? '')) statements.push(String(table));
      return 0;
    });
    const caller = new Caller(store);
    await caller.block([ann, bob]);
    await caller.receive(ann, dan);
    await caller.unblock(ann);
    await caller.page();
    await caller.check(bob);
    await store.lists.removal(one, { kind: 'wa_id', waId: phoneOf(one).waId });
    await store.directory.deleteNumber(one, by, at);
    assert.deepEqual(statements, []);
  });
});

describe('a database of the schema before upstreams', () => {
  it('goes on with what it holds, and takes connections', async (t) => {
    const path = join(tempFolder(t), 'a.db');
    fillFirstSchema(path);
    const { store, caller, pusher } = await openAt(t, path);
    const number = await store.directory.number(one);
    const rules = { ...presets.meta, capacity: 7 };
    assert.deepEqual([number?.rules, number?.upstream, number?.onStoreFailure], [rules, null, 'refuse']);
    assert.deepEqual([await caller.names(), await caller.check(ann)], [[ann, dan], 'wa_id']);
    assert.deepEqual(await caller.history(), [`1 block ${ann}`, `2 block ${dan}`]);
    await putConnection(store);
    await store.directory.putNumber(one, { upstream: { connection: main } }, at);
    await pusher.enqueueAll(10);
    assert.deepEqual(await pusher.push(), [`block ${ann}`, `block ${dan}`]);
    assert.deepEqual(await caller.block(bob), ['added']);
    assert.deepEqual(await pusher.states(), ['synced', 'synced', 'pending']);
  });
});

/** One number with two blocked users, as the release that had only the first step of the schema left it. */
function fillFirstSchema(path: string): void {
  using db = new DatabaseSync(path);
  db.exec(`
    ${migrations[0]}
    PRAGMA application_id = ${0x47415445};
    PRAGMA user_version = 1;
    INSERT INTO installation (id, cursor_secret) VALUES (1, zeroblob(32));
    INSERT INTO account VALUES ('default', ${at});
    INSERT INTO business_number VALUES
      ('${one}', 'default', '+1 555 000 1001', '15550001001', '15550001001', NULL, 'strict', 7, 'versioned', 400, ${at});
    INSERT INTO number_state VALUES (1, '${one}', 2, ${at * 1000}, 2, 1);
    INSERT INTO identity VALUES (0, 1, ${ann}, 1), (0, 1, '${dan}', 2);
    INSERT INTO block_entry VALUES
      (1, 1, '${ann}', NULL, ${at}, 'meta', NULL, 'A', NULL),
      (1, 2, NULL, '${dan}', ${at}, 'meta', NULL, 'A', NULL);
    INSERT INTO block_event VALUES ('${one}', 2, 2, ${at}, 'block', 'meta', NULL, 'A', NULL, '["${ann}","${dan}"]');
  `);
}
