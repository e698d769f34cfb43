/** All that is kept of webhooks, as far as a group of requests may touch it. */
import type { PhoneNumberId } from '../../core/ids.ts';
import { partsOf } from '../../core/webhook.ts';
import { keyOfApp } from '../changes/app-rows.ts';
import type { WebhookTables } from '../changes/tables.ts';
import type { Session } from './session.ts';
import { WorkingDeliveries } from './working-deliveries.ts';
import { WorkingHeld } from './working-held.ts';
import { WorkingRoutes } from './working-routes.ts';
import { WorkingSeen } from './working-seen.ts';
import type { Found, WorkingContext, WorkingTable } from './working-table.ts';
import type { Write } from './write.ts';

/** To one app: what blocked users sent, and all the rest. */
const perIntake = 2;

export class WorkingWebhooks implements WebhookTables<PhoneNumberId>, WorkingTable {
  readonly routes: WorkingRoutes;
  readonly seen: WorkingSeen;
  readonly deliveries: WorkingDeliveries;
  readonly held: WorkingHeld;

  constructor(context: WorkingContext) {
    this.routes = new WorkingRoutes(context);
    this.seen = new WorkingSeen(context);
    this.deliveries = new WorkingDeliveries(context);
    this.held = new WorkingHeld(context);
  }

  async load(session: Session, { needs, people }: Found): Promise<void> {
    await this.routes.load(session, needs);
    const intakes = needs.filter(({ intake }) => intake && partsOf(intake.webhook).length > 0).length;
    const apps = this.routes.all().flatMap(({ app }) => app ?? []);
    const owners = new Set(apps.map(({ owner }) => keyOfApp(owner)));
    const letsGo = needs.some(({ held }) => held !== undefined);
    const keeps = intakes > 0 && apps.some(({ blocked }) => blocked === 'hold');
    await Promise.all([
      this.seen.load(session, needs, (from, part) => this.routes.scopeOf(from, part)),
      this.deliveries.load(session, [...owners], perIntake * intakes),
      this.held.load(session, { keeps, people: letsGo ? people.map(({ id }) => id) : undefined }),
    ]);
  }

  takeWrites(): Write[] {
    return [...this.seen.takeWrites(), ...this.deliveries.takeWrites(), ...this.held.takeWrites()];
  }
}
