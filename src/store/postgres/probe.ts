import { seldom } from '../seldom.ts';
import type { Writes } from './groups.ts';

const count = { name: 'count_probe', text: 'UPDATE installation SET probes = probes + 1 WHERE id = 1' };

/** Finds out whether the store can be written, by a write that goes the whole way. */
export function createProbe(writes: Writes): () => Promise<void> {
  return seldom(async () => {
    await writes.transaction({ cost: 0, isOwn: true }, (session) => session.run(count));
  });
}
