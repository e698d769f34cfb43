import { setTimeout as delay } from 'node:timers/promises';

/** Asks again and again until it is true; gives up after 15 s. */
export async function until(isTrue: () => boolean | Promise<boolean>): Promise<void> {
  const end = performance.now() + 15_000;
  for (;;) {
    if (await isTrue()) return;
    if (performance.now() > end) throw new Error(`it did not become true in 15 s: ${isTrue}`);
    await delay(20);
  }
}
