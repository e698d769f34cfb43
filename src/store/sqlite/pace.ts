/**
 * Tells in which thread writes belong, by how long groups of them kept theirs of late. Short ones are made soonest by the
 * thread that serves: another one costs each write a third more of a processor, and memory. Long ones, on a slow disk or of
 * big requests, keep all who read waiting there.
 */

import type { StoreObserver } from '../observer.ts';
import type { GroupObserver, TimedGroup } from './timed-group.ts';

/** Both in ms, of the average. Both 0: writes go to the thread from the first group on, and stay there. */
export interface PaceLimits {
  /** Beyond this, groups are long. */
  readonly handOver: number;
  /** Below this they are short again. */
  readonly takeBack: number;
}

/**
 * On a fast disk the average of single blocks is about 0.3, on one with an fsync of 5 ms it is 5, and of blocks of 1,000
 * users it is about 10. The gap between the two keeps what lies there from going to and fro.
 */
const defaultLimits: PaceLimits = { handOver: 2, takeBack: 1 };

/**
 * What small writes take by themselves does not count: clients at once, each with one user or one message, make no group a long
 * one, whereas a disk that is slow or a request that is big does, however many wait. Both in ms, the first of processor time: on
 * a busy machine a thread would have to wait for its turn, too.
 */
const perRow = 0.1;
const commitPerWrite = 0.05;
/** What the last group weighs in the average: after eight that are alike it is two thirds theirs. */
const weight = 1 / 8;
/** A longer group counts as one of so many ms: enough to hand over at once, and forgotten after 20 short ones. */
const longest = 40;

export class Pace {
  readonly #limits: PaceLimits;
  #average = 0;

  constructor(limits: PaceLimits = defaultLimits) {
    this.#limits = limits;
  }

  /** Takes note of every group, in whatever thread it was written, and tells `next` of it. */
  watch(next?: StoreObserver): GroupObserver {
    return {
      committed: (group) => {
        this.#average += (excessOf(group) - this.#average) * weight;
        next?.committed(group);
      },
    };
  }

  /** Whether the next write belongs in the thread. Who has the writes keeps them while groups are neither long nor short. */
  asksForThread(isInThread: boolean): boolean {
    const { handOver, takeBack } = this.#limits;
    return isInThread ? this.#average >= takeBack : this.#average > handOver;
  }

  /** Begins anew, as if all had been short. */
  forget(): void {
    this.#average = 0;
  }
}

function excessOf({ writes, workMilliseconds, commitMilliseconds, smallRows }: TimedGroup): number {
  const work = workMilliseconds - smallRows * perRow;
  const disk = commitMilliseconds - writes * commitPerWrite;
  return Math.min(Math.max(work, disk, 0), longest);
}
