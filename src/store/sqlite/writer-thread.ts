/** The thread that writes: a connection of its own, and the writer. It ends when it is told to, or with what it is for. */
import { parentPort, workerData } from 'node:worker_threads';
import type { BoundsOptions } from '../changes/webhook-bounds.ts';
import { connect } from './database.ts';
import { IdentityFilter } from './identity-filter.ts';
import { packOutcomes, unpackChange } from './packed-changes.ts';
import { openParts } from './parts.ts';
import { type Answer, type AnswerMessage, type Call, type CallMessage, packError } from './thread-messages.ts';
import type { GroupObserver, TimedGroup } from './timed-group.ts';
import { Writer } from './writer.ts';
import { createWrites, LocalWrites, type WriteQueue } from './writes.ts';

export interface ThreadData extends BoundsOptions {
  readonly path: string;
  readonly maxWrites: number | undefined;
  /** The memory of the ids' filter; absent: the store has none. */
  readonly filter: SharedArrayBuffer | undefined;
  /** Where Node keeps compiled sources, if it does. */
  readonly compileCache: string | undefined;
  /** The URL of this file, as it is here or as it was built. */
  readonly main: string;
}

const { path, maxWrites, filter, bounds } = workerData as ThreadData;
const db = connect(path);
let group: TimedGroup | undefined;
const observer: GroupObserver = {
  committed: (committed) => {
    group = committed;
  },
};
const queue: WriteQueue = new LocalWrites(
  new Writer(db, { maxWrites, observer }),
  createWrites(db, openParts(db, filter && new IdentityFilter(filter)), { bounds }),
);
let answers: Answer[] = [];

parentPort?.on('message', (message: CallMessage) => {
  if (message === 'close') void close();
  else for (const call of message) void carryOut(call).then(answer);
});
post('ready');

function post(message: AnswerMessage): void {
  parentPort?.postMessage(message);
}

async function carryOut(call: Call): Promise<Answer> {
  const { id } = call;
  try {
    if ('change' in call) {
      const change = unpackChange(call.change);
      return { id, outcomes: packOutcomes(await queue.run(call.name, change), change.users) };
    }
    return { id, value: await queue.run(call.name, ...(call.args as never)) };
  } catch (error) {
    return { id, failure: packError(error) };
  }
}

/** All of a group are settled in one go: they go back as one message, after the last of them. */
function answer(one: Answer): void {
  answers.push(one);
  if (answers.length > 1) return;
  queueMicrotask(() => {
    post({ answers, group });
    answers = [];
    group = undefined;
  });
}

async function close(): Promise<void> {
  await queue.close();
  db.close();
  parentPort?.close();
}
