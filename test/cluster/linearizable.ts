/**
 * Whether a history of one user can be: whether each call can be taken for having happened in one moment between its begin and
 * its end, so that all of them in a row make sense (Wing & Gong 1993; done as the history goes along, after Lowe 2017).
 *
 * A user is blocked or not. What may be true is kept as a set of **worlds**: each says which of the calls under way have happened
 * already, and the state that they led to. When a call ends, it has happened in every world that stays. None stays: the
 * history cannot be.
 */

/** What a call was for, and what it was told; a change that was told nothing may happen at any time after its begin, or never. */
export type Call =
  | { readonly kind: 'block' | 'unblock'; readonly changed: boolean | 'unknown' }
  | { readonly kind: 'check'; readonly blocked: boolean };

/** By one clock. */
export type Operation = Call & { readonly user: string; readonly begun: number; readonly ended: number };

interface World {
  readonly isBlocked: boolean;
  /** Those under way that have happened. */
  readonly happened: ReadonlySet<Operation>;
}

/** A call that no world explains. */
export interface Fault {
  readonly operation: Operation;
  /** What was under way when it ended. */
  readonly beside: readonly Operation[];
}

/** At first nobody is blocked. Gives the first call of each user that cannot be; nothing if all can. */
export function findFaults(history: readonly Operation[]): Fault[] {
  return [...Map.groupBy(history, ({ user }) => user).values()].flatMap(faultOfUser);
}

function faultOfUser(history: readonly Operation[]): Fault[] {
  let worlds: readonly World[] = [{ isBlocked: false, happened: new Set() }];
  const underWay = new Set<Operation>();
  for (const { operation, isEnd } of momentsOf(history)) {
    if (!isEnd) {
      underWay.add(operation);
      continue;
    }
    worlds = end(worlds, operation, underWay);
    if (worlds.length === 0) return [{ operation, beside: [...underWay].filter((other) => other !== operation) }];
    underWay.delete(operation);
  }
  return [];
}

interface Moment {
  readonly at: number;
  readonly operation: Operation;
  readonly isEnd: boolean;
}

/** In order; of what began in the moment when something else ended, it is not known that it came later. */
function momentsOf(history: readonly Operation[]): Moment[] {
  const moments = history.flatMap((operation): Moment[] => [
    { at: operation.begun, operation, isEnd: false },
    ...(isUnknown(operation) ? [] : [{ at: operation.ended, operation, isEnd: true }]),
  ]);
  return moments.sort((one, other) => one.at - other.at || Number(one.isEnd) - Number(other.isEnd));
}

/** The worlds in which the call has happened by now, and which of the others under way may have happened before it. */
function end(worlds: readonly World[], ending: Operation, underWay: ReadonlySet<Operation>): World[] {
  const seen = new Set<string>();
  const places = new Map([...underWay].map((operation, place) => [operation, place]));
  const waiting: World[] = [];
  const add = (world: World) => {
    const key = keyOf(world, places);
    if (!seen.has(key)) waiting.push(world);
    seen.add(key);
  };
  worlds.forEach(add);
  const left: World[] = [];
  for (let world = waiting.pop(); world; world = waiting.pop()) {
    const { happened } = world;
    if (happened.has(ending)) {
      left.push({ ...world, happened: new Set([...happened].filter((other) => other !== ending)) });
      continue;
    }
    for (const operation of underWay) {
      const isBlocked = happened.has(operation) ? undefined : after(world.isBlocked, operation);
      if (isBlocked !== undefined) add({ isBlocked, happened: new Set([...happened, operation]) });
    }
  }
  return left;
}

/** The same for worlds in which the same may come: of changes that were told nothing it counts only how many are left of a kind. */
function keyOf({ isBlocked, happened }: World, places: ReadonlyMap<Operation, number>): string {
  const unknown = { block: 0, unblock: 0 };
  const known: number[] = [];
  for (const operation of happened) {
    if (isUnknown(operation)) unknown[operation.kind] += 1;
    else known.push(places.get(operation) ?? -1);
  }
  return `${isBlocked} ${unknown.block} ${unknown.unblock} ${known.sort((one, other) => one - other)}`;
}

function isUnknown(operation: Operation): operation is Operation & { kind: 'block' | 'unblock'; changed: 'unknown' } {
  return operation.kind !== 'check' && operation.changed === 'unknown';
}

/** The state that a call leads to; `undefined`: it cannot happen in this one. */
function after(isBlocked: boolean, call: Call): boolean | undefined {
  if (call.kind === 'check') return call.blocked === isBlocked ? isBlocked : undefined;
  const goal = call.kind === 'block';
  if (call.changed !== 'unknown' && call.changed !== (goal !== isBlocked)) return undefined;
  return goal;
}
