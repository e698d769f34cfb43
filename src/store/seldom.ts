/** How long a good answer holds: many monitors cost one probe a second. */
const holdsMs = 1000;

/** Probes at most once a second as long as all is well, and once for all who ask meanwhile. `now` never goes back, in ms. */
export function seldom(probe: () => Promise<void>, now: () => number = () => performance.now()): () => Promise<void> {
  let goodUntil = -Infinity;
  let running: Promise<void> | undefined;
  const run = async () => {
    await probe();
    goodUntil = now() + holdsMs;
  };
  return async () => {
    if (now() < goodUntil) return;
    running ??= run().finally(() => {
      running = undefined;
    });
    await running;
  };
}
