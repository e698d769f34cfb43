/** What comes from providers and goes on to apps, for who takes it in and who sends it on. */
import { Refusal } from '../../core/errors.ts';
import type { PhoneNumberId } from '../../core/ids.ts';
import type { HeldMessage, Intake, Taken, WebhookBounds, Webhooks } from '../../core/ports.ts';
import type { UserId } from '../../core/user.ts';
import { partsOf, type WebhookPart } from '../../core/webhook.ts';
import { rowsOf } from '../changes/intake-size.ts';
import { takeIn } from '../changes/take-in.ts';
import { Batch } from './batch.ts';
import { addDelivery, redeliver, settleDelivery } from './deliveries.ts';
import { readDeliveries, readDelivery, readLine, readNext, readWaiting, readWebhookCounts } from './delivery-reads.ts';
import { readHead } from './entries.ts';
import { WebhookExpiry } from './expire-webhooks.ts';
import { findPerson } from './find-person.ts';
import type { Writes } from './groups.ts';
import { askedBy, readRoutes } from './route-rows.ts';
import type { Session, Sessions } from './session.ts';
import { mergeTaken, type Piece, splitIntake } from './split-intake.ts';
import { Moved } from './working-routes.ts';

export interface WebhooksParts {
  readonly sessions: Sessions;
  readonly writes: Writes;
  readonly bounds: WebhookBounds;
}

/** What became of deliveries: to refuse it would have them repeated. */
const own = { cost: 1, isOwn: true };
/** How often a POST is taken apart anew because a number moves meanwhile. */
const maxTries = 5;

export function createWebhooks({ sessions, writes, bounds }: WebhooksParts): Webhooks {
  const expiry = new WebhookExpiry({ sessions, writes, bounds });
  // POSTs are taken in in the order in which they came.
  const routes = new Batch((intakes: readonly Intake[]) => sessions.read((session) => toPieces(session, intakes)), 1);

  /** A number in each transaction. Should a later one fail, the provider's repeat finds what the others took in. */
  async function takeApart(intake: Intake, tries = 1): Promise<Taken> {
    const pieces = await routes.ask(intake);
    const taken: Taken[] = [];
    for (const piece of pieces) {
      try {
        taken.push(await take(piece));
      } catch (error) {
        if (!(error instanceof Moved) || tries === maxTries) throw error;
        taken.push(await takeApart(piece.intake, tries + 1));
      }
    }
    return mergeTaken(taken);
  }

  function take({ line, intake, users }: Piece): Promise<Taken> {
    return writes.run(line, {
      cost: rowsOf(intake),
      needs: { at: intake.at, users, intake },
      decide: (tables) => takeIn(tables, bounds, intake),
    });
  }

  return {
    takeIn: (intake) => takeApart(intake),
    waiting: () => sessions.read(readWaiting),
    next: (app, limit) => sessions.read((session) => readNext(session, app, limit)),
    line: (app, limit, through) => sessions.read((session) => readLine(session, app, limit, through)),
    settle: (id, result, at, lease) =>
      writes.transaction({ ...own, lease }, (session) => settleDelivery(session, id, result, at)),
    deliveries: (query) => sessions.read((session) => readDeliveries(session, query)),
    delivery: (id) => sessions.read((session) => readDelivery(session, id)),
    redeliver: (id, at) => writes.transaction({ cost: 1 }, (session) => redeliver(session, id, at)),
    addDelivery: (app, body, at) =>
      writes.transaction({ cost: 1 }, (session) => addDelivery(session, app, body, at, bounds.deliveryBytes)),
    held: (number, user, limit) => sessions.snapshot((session) => readHeld(session, number, user, limit)),
    expire: (at, limit) => expiry.expire(at, limit),
    counts: () => sessions.read(readWebhookCounts),
  };
}

async function toPieces(session: Session, intakes: readonly Intake[]): Promise<Piece[][]> {
  const routes = (await readRoutes(session, intakes.flatMap(askedBy))).values();
  return intakes.map((intake) => {
    const numbers = new Map<WebhookPart, PhoneNumberId | undefined>();
    const { from } = intake;
    for (const part of partsOf(intake.webhook))
      numbers.set(part, from.kind === 'sandbox' ? from.number : routes.next().value?.number);
    const line = from.kind === 'sandbox' ? from.number : (`@${from.connection}` as const);
    return splitIntake(intake, (part) => numbers.get(part), line);
  });
}

async function readHeld(
  session: Session,
  number: PhoneNumberId,
  user: UserId,
  limit: number,
): Promise<readonly HeldMessage[]> {
  if (!(await readHead(session, number))) throw new Refusal({ kind: 'number_not_found', asked: number });
  const match = await findPerson(session, number, user);
  return match ? session.query<HeldMessage>(heldSql, [number, match.person.id, limit]) : [];
}

const heldSql = {
  name: 'held_of',
  text: 'SELECT id, at, body FROM held WHERE number = $1 AND person = $2 ORDER BY seq LIMIT $3',
};
