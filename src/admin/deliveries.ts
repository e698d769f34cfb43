import { setImmediate } from 'node:timers/promises';
import type { AppOwner } from '../core/apps.ts';
import { lineLength, waitsIn } from '../core/delivery-line.ts';
import { type DeliveryId, parseAccountName, parseDeliveryId, parsePhoneNumberId } from '../core/ids.ts';
import type { DeliveryHead } from '../core/ports.ts';
import { findAccount } from './accounts.ts';
import type { AdminApp, AdminDeps } from './deps.ts';
import { looks, parseField, toTime } from './fields.ts';
import { findNumber } from './numbers.ts';
import { readDirectory, renderPage } from './paging.ts';
import { invalid, Problem } from './problem.ts';
import { getDelivery, listDeliveries, redeliver, testAccountApp, testNumberApp } from './schemas/deliveries.ts';

export function deliveryRoutes(app: AdminApp, deps: AdminDeps): void {
  const { webhooks } = deps.store;

  app.get('/deliveries', { schema: listDeliveries }, async (request) => {
    const { phone_number_id: number, account } = request.query;
    const owner = toOwner(number, account);
    const page = await readDirectory(deps, request.query, {
      list: 'deliveries',
      read: (query) => webhooks.deliveries({ ...query, ...(owner && { app: owner }) }),
      parseId: parseDeliveryId,
      idOf: ({ id }) => id,
    });
    const waits = await readWaits(deps, page.data);
    const data = page.data.map((delivery) => renderHead(delivery, waits.get(delivery.id)));
    return renderPage(deps, request, { ...page, data, filter: { phone_number_id: number, account } });
  });

  app.get('/deliveries/:id', { schema: getDelivery }, async (request) => {
    const delivery = await webhooks.delivery(parseKnownDelivery(request.params.id));
    if (!delivery) throw notThere();
    const waits = await readWaits(deps, [delivery]);
    const { id, body } = delivery;
    return { ...renderHead({ ...delivery, bytes: Buffer.byteLength(body) }, waits.get(id)), body };
  });

  app.post('/deliveries/:id/redeliver', { schema: redeliver }, async (request, reply) => {
    const id = parseKnownDelivery(request.params.id);
    const owner = await webhooks.redeliver(id, deps.clock());
    if (!owner) throw notThere();
    deps.forwarding.wake(owner);
    reply.code(202);
    return { delivery_id: id };
  });

  app.post('/numbers/:phone_number_id/app/test', { schema: testNumberApp }, async (request, reply) => {
    const number = await findNumber(deps, request.params.phone_number_id);
    if (!number.app) throw noApp('The number has no app of its own that could be tried.');
    reply.code(202);
    const metadata = { display_phone_number: number.waId, phone_number_id: number.id };
    return tryApp(deps, { kind: 'number', number: number.id }, number.id, { metadata });
  });

  app.post('/accounts/:name/app/test', { schema: testAccountApp }, async (request, reply) => {
    const { name, app: own } = await findAccount(deps, request.params.name);
    if (!own) throw noApp('The account has no app that could be tried.');
    reply.code(202);
    return tryApp(deps, { kind: 'account', account: name }, name, {});
  });
}

/** Sends an app a webhook as Meta makes them, in a field that Meta has not. */
async function tryApp({ store, forwarding, clock }: AdminDeps, owner: AppOwner, id: string, about: object) {
  const value = { messaging_product: 'whatsapp', ...about };
  const entry = [{ id, changes: [{ field: 'gatehouse_test', value }] }];
  const body = JSON.stringify({ object: 'whatsapp_business_account', entry });
  const deliveryId = await store.webhooks.addDelivery(owner, body, clock());
  forwarding.wake(owner);
  return { delivery_id: deliveryId };
}

function noApp(detail: string): Problem {
  return new Problem('conflict', detail, { reason: 'no_app' });
}

/** Whose app a list of deliveries is asked for. */
function toOwner(number: string | undefined, account: string | undefined): AppOwner | undefined {
  if (number !== undefined && account !== undefined)
    throw invalid({ field: 'account', detail: 'cannot be given together with phone_number_id.' });
  if (number !== undefined) {
    const id = parseField('phone_number_id', number, parsePhoneNumberId, looks.phoneNumberId);
    return { kind: 'number', number: id };
  }
  if (account === undefined) return undefined;
  return { kind: 'account', account: parseField('account', account, parseAccountName, looks.account) };
}

/** The id of a delivery that must be there already: what cannot be an id is not found either. */
function parseKnownDelivery(text: string): DeliveryId {
  const id = parseDeliveryId(text);
  if (id === undefined) throw notThere();
  return id;
}

function notThere(): Problem {
  return new Problem('not-found', 'There is no delivery with this id (any more): the app may have taken it.');
}

type Place = Pick<DeliveryHead, 'id' | 'app' | 'keys' | 'dueAt'>;

/** What each of them waits for, by their ids; they are oldest first. */
async function readWaits({ store }: AdminDeps, deliveries: readonly Place[]): Promise<Map<DeliveryId, Place>> {
  const waiting = deliveries.filter(({ dueAt }) => dueAt !== null);
  const waits = new Map<DeliveryId, Place>();
  for (const own of Map.groupBy(waiting, ({ app }) => JSON.stringify(app)).values()) {
    const [first, last] = [own[0], own.at(-1)];
    if (!first || !last) continue;
    const line: readonly Place[] = await store.webhooks.line(first.app, lineLength, last.id);
    const known = new Set(line.map(({ id }) => id));
    const all = [...line, ...own.filter(({ id }) => !known.has(id))];
    for (const [id, before] of waitsIn(all)) waits.set(id, before);
    // Many apps may have long lines, and others ask meanwhile.
    await setImmediate();
  }
  return waits;
}

function renderHead(delivery: DeliveryHead, before: Place | undefined) {
  const { id, app, number, isBlocked, createdAt, attempts, dueAt, lastAttemptAt, detail, bytes } = delivery;
  return {
    id,
    app: app.kind === 'number' ? { phone_number_id: app.number } : { account: app.account },
    ...(number !== undefined && { phone_number_id: number }),
    state: dueAt === null ? ('given_up' as const) : ('waiting' as const),
    blocked: isBlocked,
    created_at: toTime(createdAt),
    attempts,
    ...(lastAttemptAt !== undefined && { last_attempt_at: toTime(lastAttemptAt) }),
    ...(dueAt !== null && { next_attempt_at: toTime(dueAt) }),
    ...(before &&
      before.dueAt !== null && { waits_for: { delivery_id: before.id, next_attempt_at: toTime(before.dueAt) } }),
    ...(detail !== undefined && { detail }),
    bytes,
  };
}
