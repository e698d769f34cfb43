/**
 * Hands writes to a thread of their own, so that no read waits for a disk. Calls that come in one turn of the event loop
 * go as one message. Should the thread die, all who wait are refused.
 */
import module from 'node:module';
import { extname } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { ListChange } from '../../core/ports.ts';
import type { BoundsOptions } from '../changes/webhook-bounds.ts';
import { storeUnavailable } from '../unavailable.ts';
import type { IdentityFilter } from './identity-filter.ts';
import { packChange, unpackOutcomes } from './packed-changes.ts';
import {
  type Answer,
  type AnswerMessage,
  type Call,
  type CallMessage,
  type GroupMessage,
  unpackError,
} from './thread-messages.ts';
import type { WriterOptions } from './writer.ts';
import type { ThreadData } from './writer-thread.ts';
import type { Args, Result, WriteName, WriteQueue } from './writes.ts';

/** Beside this file, and with its extension: that of the source, or of what was built from it. */
const main = new URL(`./writer-thread${extname(import.meta.url)}`, import.meta.url).href;

interface Waiting {
  settle(answer: Answer): void;
  reject(error: unknown): void;
}

export interface ThreadOptions extends WriterOptions, BoundsOptions {
  /** That of the store whose writes these are, if it has one: else what is written here would be strange there. */
  readonly filter: IdentityFilter | undefined;
}

export interface ThreadEvents {
  /** The thread has begun to work. */
  readonly onReady?: () => void;
  /** The thread has ended, whether or not it was told to. */
  readonly onEnd?: () => void;
}

export class ThreadedWrites implements WriteQueue {
  readonly #worker: Worker;
  readonly #observer;
  readonly #waiting = new Map<number, Waiting>();
  readonly #idle: (() => void)[] = [];
  readonly #ended: Promise<void>;
  #outbox: Call[] = [];
  #nextId = 0;
  /** Why it takes no more writes. */
  #closed: Error | undefined;

  constructor(
    path: string,
    { maxWrites, observer, bounds, filter }: ThreadOptions,
    { onReady, onEnd }: ThreadEvents = {},
  ) {
    const workerData: ThreadData = {
      path,
      maxWrites,
      bounds,
      filter: filter?.memory,
      compileCache: module.getCompileCacheDir(),
      main,
    };
    this.#observer = observer;
    this.#worker = new Worker(new URL('./writer-thread.mjs', import.meta.url), { workerData });
    this.#worker.on('message', (message: AnswerMessage) => (message === 'ready' ? onReady?.() : this.#take(message)));
    this.#worker.on('error', (error) => {
      this.#closed ??= error instanceof Error ? error : new Error(String(error));
    });
    this.#ended = new Promise((resolve) => {
      this.#worker.on('exit', () => {
        this.#lose();
        onEnd?.();
        resolve();
      });
    });
    // A store that nobody closed keeps no process alive.
    this.#worker.unref();
  }

  run<Name extends WriteName>(name: Name, ...args: Args<Name>): Promise<Result<Name>> {
    if (this.#closed) return Promise.reject(storeUnavailable(this.#closed));
    return new Promise((resolve, reject) => {
      const id = this.#nextId++;
      const { call, read } = prepareCall(id, name, args);
      const settle = (answer: Answer) =>
        'failure' in answer ? reject(unpackError(answer.failure)) : resolve(read(answer) as Result<Name>);
      this.#waiting.set(id, { settle, reject });
      this.#outbox.push(call);
      if (this.#outbox.length === 1) setImmediate(() => this.#send());
    });
  }

  async close(): Promise<void> {
    this.#closed ??= new Error('the store is closed');
    if (this.#waiting.size > 0) await new Promise<void>((resolve) => this.#idle.push(resolve));
    this.#worker.ref();
    this.#worker.postMessage('close' satisfies CallMessage);
    await this.#ended;
  }

  /** Ends the thread at once, whatever it does. */
  async kill(): Promise<void> {
    await this.#worker.terminate();
    await this.#ended;
  }

  #send(): void {
    this.#worker.ref();
    this.#worker.postMessage(this.#outbox satisfies CallMessage);
    this.#outbox = [];
  }

  #take({ answers, group }: GroupMessage): void {
    if (group) this.#observer?.committed(group);
    for (const answer of answers) {
      this.#waiting.get(answer.id)?.settle(answer);
      this.#waiting.delete(answer.id);
    }
    this.#rest();
  }

  #lose(): void {
    this.#closed ??= new Error('the thread that writes has ended');
    for (const { reject } of this.#waiting.values()) reject(storeUnavailable(this.#closed));
    this.#waiting.clear();
    this.#rest();
  }

  #rest(): void {
    if (this.#waiting.size > 0) return;
    this.#worker.unref();
    for (const resolve of this.#idle.splice(0)) resolve();
  }
}

interface PreparedCall {
  readonly call: Call;
  read(answer: Answer): unknown;
}

function prepareCall<Name extends WriteName>(id: number, name: Name, args: Args<Name>): PreparedCall {
  const [change] = args;
  if (isListChange(change)) {
    const call = { id, name: name as 'block' | 'unblock', change: packChange(change) };
    return { call, read: (answer) => ('outcomes' in answer ? unpackOutcomes(answer.outcomes, change.users) : []) };
  }
  return { call: { id, name, args } as Call, read: (answer) => ('value' in answer ? answer.value : undefined) };
}

/** Only blocks and unblocks begin with one. */
function isListChange(value: unknown): value is ListChange {
  return typeof value === 'object' && value !== null && 'users' in value;
}
