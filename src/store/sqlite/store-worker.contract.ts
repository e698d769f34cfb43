/**
 * A process that opens a store, for the tests of what several processes and crashes do:
 * `node store-worker.contract.ts PATH LOCK_WAIT_MS hold|block|block-in-thread|once`. It reports each step as a line.
 */
import type { Store } from '../../core/ports.ts';
import { asked, at, by, one, putNumber } from '../contract/fixture.contract.ts';
import { openStore } from '../index.ts';
import { openDatabase } from './database.ts';
import { openParts } from './parts.ts';
import { assembleStore } from './store.ts';
import { ThreadedWrites } from './threaded-writes.ts';

const [path = '', lockWaitMs = '0', task = 'once'] = process.argv.slice(2);

async function open(): Promise<Store> {
  const options = { lockWaitMs: Number(lockWaitMs), lockPollMs: 5 };
  if (task !== 'block-in-thread') return openStore(`sqlite:${path}`, options);
  const database = await openDatabase(path, options);
  return assembleStore(database, openParts(database.db), new ThreadedWrites(path, { filter: undefined }));
}

function report(line: string): void {
  process.stdout.write(`${line}\n`);
}

try {
  const store = await open();
  report(`open ${Buffer.from(store.installation.cursorSecret).toString('hex')}`);
  await putNumber(store, one);
  if (task === 'once') await store.close();
  if (task === 'hold') process.stdin.once('data', () => void store.close()).resume();
  if (task.startsWith('block')) {
    let next = 4915100000000;
    const blockOn = async (): Promise<never> => {
      for (;;) {
        const phone = String(next++);
        await store.lists.block({ number: one, users: asked(phone), by, at });
        report(phone);
      }
    };
    await Promise.all(Array.from({ length: 8 }, blockOn));
  }
} catch (error) {
  report(error instanceof Error ? `${error.name}: ${error.message}` : 'failed');
}
