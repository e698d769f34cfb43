import type { Store } from '../../src/core/ports.ts';

/** A real store that can be told to fail. */
export class FaultySwitch {
  /** What its lists and what is pushed of them throw from now on, and what everything else throws. */
  lists: Error | undefined;
  rest: Error | undefined;

  fine(): void {
    this.lists = undefined;
    this.rest = undefined;
  }

  readonly wrap = (store: Store): Store => ({
    ...store,
    lists: failing(store.lists, () => this.lists),
    pushes: failing(store.pushes, () => this.lists),
    directory: failing(store.directory, () => this.rest),
    webhooks: failing(store.webhooks, () => this.rest),
    installation: store.installation,
    probe: () => (this.rest ? Promise.reject(this.rest) : store.probe()),
    usage: () => store.usage(),
    close: () => store.close(),
  });
}

function failing<Part extends object>(part: Part, fault: () => Error | undefined): Part {
  return new Proxy(part, {
    get(target, name) {
      const own = Reflect.get(target, name) as unknown;
      if (typeof own !== 'function') return own;
      return (...args: unknown[]) => {
        const error = fault();
        return error ? Promise.reject(error) : Reflect.apply(own, target, args);
      };
    },
  });
}
