import type { Writes } from './groups.ts';

/** How long a good answer holds: many monitors cost one probe a second. */
const holdsMs = 1000;

const count = { name: 'count_probe', text: 'UPDATE installation SET probes = probes + 1 WHERE id = 1' };

/** Finds out whether the store can be written, by a write that goes the whole way. `now` never goes back, in ms. */
export function createProbe(writes: Writes, now: () => number = () => performance.now()): () => Promise<void> {
  let goodUntil = -Infinity;
  let running: Promise<void> | undefined;

  async function probe(): Promise<void> {
    await writes.transaction({ cost: 0, isOwn: true }, (session) => session.run(count));
    goodUntil = now() + holdsMs;
  }

  return async () => {
    if (now() < goodUntil) return;
    running ??= probe().finally(() => {
      running = undefined;
    });
    await running;
  };
}
