import type { TestContext } from 'node:test';

type Act = () => unknown;

const acts = new WeakMap<TestContext, Act[]>();

/** Runs after the test, last come first served: what was opened later may need what was opened before. */
export function afterwards(t: TestContext, act: Act): void {
  const known = acts.get(t);
  if (known) {
    known.push(act);
    return;
  }
  const all = [act];
  acts.set(t, all);
  t.after(async () => {
    const faults: unknown[] = [];
    for (const one of all.reverse()) {
      try {
        await one();
      } catch (fault) {
        faults.push(fault);
      }
    }
    if (faults.length > 0) throw faults.length === 1 ? faults[0] : new AggregateError(faults);
  });
}
