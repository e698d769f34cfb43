/** Where the parts of the webhooks belong that a group of requests takes in. */
import type { ConnectionName, PhoneNumberId } from '../../core/ids.ts';
import type { Intake } from '../../core/ports.ts';
import type { WebhookPart } from '../../core/webhook.ts';
import type { Route, RoutesTable } from '../changes/tables.ts';
import { type Asked, askedBy, readRouteOf, readRoutes } from './route-rows.ts';
import type { Session } from './session.ts';
import type { Line, Needs, WorkingContext } from './working-table.ts';

/** A part belongs to another number than when it was handed in: what is hosted here has changed. */
export class Moved extends Error {
  override readonly name = 'Moved';
}

export class WorkingRoutes implements RoutesTable {
  readonly #line: Line;
  readonly #routes = new Map<string, Route>();
  #own: Route | undefined;
  #knowsOwn = false;

  constructor({ line }: WorkingContext) {
    this.#line = line;
  }

  async load(session: Session, needs: readonly Needs[]): Promise<void> {
    const asked = new Map(
      needs.flatMap(({ intake }) => (intake ? askedBy(intake) : [])).map((one) => [keyOf(one), one]),
    );
    const routes = await readRoutes(session, [...asked.values()]);
    for (const [index, key] of [...asked.keys()].entries()) this.#routes.set(key, routes[index] ?? {});
    if (!needs.some(({ held, intake }) => held === 'replay' || intake?.from.kind === 'sandbox')) return;
    this.#own = await readRouteOf(session, this.#line);
    this.#knowsOwn = true;
  }

  /** All that were read. */
  all(): Route[] {
    return [...this.#routes.values(), ...(this.#own ? [this.#own] : [])];
  }

  /** Within what the ids of a part are unique: its number, or `@` and the connection. */
  scopeOf(from: Intake['from'], { numberId }: WebhookPart): string {
    if (from.kind === 'sandbox') return from.number;
    const { connection } = from;
    return this.#routes.get(keyOf({ connection, numberId }))?.number ?? `@${connection}`;
  }

  ofNumber(number: PhoneNumberId): Route | undefined {
    if (number !== this.#line || !this.#knowsOwn) throw new Error(`the app of ${number} was not read`);
    return this.#own;
  }

  ofUpstream(connection: ConnectionName, numberId: PhoneNumberId | undefined): Route {
    const route = this.#routes.get(keyOf({ connection, numberId }));
    if (!route) throw new Error(`the route of ${numberId ?? 'no number'} was not read`);
    if (route.number !== undefined && route.number !== this.#line) throw new Moved(route.number);
    return route;
  }
}

function keyOf({ connection, numberId }: Asked): string {
  return `${connection}\n${numberId ?? ''}`;
}
