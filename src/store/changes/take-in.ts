/** Takes a POST in: learns from it, and makes deliveries of what is new, all in one transaction. */
import type { AppOwner } from '../../core/apps.ts';
import type { PhoneNumberId } from '../../core/ids.ts';
import type { Intake, Taken, WebhookBounds } from '../../core/ports.ts';
import { idsOf, type KnownIds } from '../../core/user.ts';
import { bodyFor, type Webhook, type WebhookItem } from '../../core/webhook.ts';
import { keyOfApp } from './app-rows.ts';
import { isOfBlocked, isSent, type JudgedPart, judgeParts, senderKey } from './judge-parts.ts';
import type { Holder, NewDelivery, Tables } from './tables.ts';

export function takeIn<List>(tables: Tables<List>, bounds: WebhookBounds, intake: Intake): Taken {
  const parts = judgeParts(tables, bounds, intake);
  const deliveries = appsOf(parts).flatMap(([app, own]) =>
    [toDelivery(intake, app, own, false), toDelivery(intake, app, own.filter(isTagged), true)].filter(
      (delivery) => delivery !== undefined,
    ),
  );
  for (const delivery of deliveries) tables.webhooks.deliveries.add(delivery, bounds.deliveryBytes);
  for (const judged of parts) if (judged.route.app?.blocked === 'hold') hold(tables, bounds, intake, judged);
  const sent = parts.flatMap((judged) => judged.news.filter(isSent).map((item) => isOfBlocked(judged, item)));
  return {
    apps: [...new Map(deliveries.map(({ app }) => [keyOfApp(app), app])).values()],
    opened: distinct(parts.flatMap(({ route, isDue }) => (isDue && route.number !== undefined ? route.number : []))),
    messages: sent.length,
    blocked: sent.filter((isBlocked) => isBlocked).length,
  };
}

function appsOf<List>(parts: readonly JudgedPart<List>[]): [AppOwner, JudgedPart<List>[]][] {
  const apps = new Map<string, [AppOwner, JudgedPart<List>[]]>();
  for (const judged of parts) {
    const { app } = judged.route;
    if (!app) continue;
    const key = keyOfApp(app.owner);
    const known = apps.get(key);
    if (known) known[1].push(judged);
    else apps.set(key, [app.owner, [judged]]);
  }
  return [...apps.values()];
}

/** Whether it has something to be passed on with a mark: more than a contact of somebody of whom it tells otherwise. */
function isTagged<List>(judged: JudgedPart<List>): boolean {
  if (judged.route.app?.blocked !== 'tag') return false;
  const hasOthers = judged.news.some(({ kind }) => kind !== 'contact');
  return judged.news.some((item) => isOfBlocked(judged, item) && !(hasOthers && item.kind === 'contact'));
}

/** What blocked users sent, or all the rest; `undefined`: there is none. */
function toDelivery<List>(
  { webhook, at }: Intake,
  app: AppOwner,
  parts: readonly JudgedPart<List>[],
  isBlocked: boolean,
): NewDelivery | undefined {
  if (parts.length === 0) return undefined;
  const kept = new Map(
    parts.map((judged) => [
      judged.part,
      new Set(judged.news.filter((item) => isOfBlocked(judged, item) === isBlocked)),
    ]),
  );
  const body = bodyFor(
    webhook,
    (part) => kept.has(part),
    (part, item) => kept.get(part)?.has(item) ?? false,
  );
  if (body === undefined) return undefined;
  const keys = distinct(parts.flatMap((judged) => keysOf(judged, kept.get(judged.part) ?? new Set())));
  const number = theOne(parts.map(({ route }) => route.number));
  return { app, ...(number !== undefined && { number }), keys, body, isBlocked, createdAt: at };
}

/** What has to stay in order: what is of one user, and whatever else is told of one number. */
function keysOf<List>(judged: JudgedPart<List>, kept: ReadonlySet<WebhookItem>): string[] {
  const { part, route } = judged;
  const about = route.number ?? part.numberId;
  if (about === undefined) return ['account'];
  if (kept.size === 0) return part.saysMore ? [`${about}/`] : [];
  return [...kept].flatMap((item) => {
    if (item.sender !== undefined) return `${about}/${senderKey(judged, item.sender)}`;
    return item.kind === 'contact' ? [] : `${about}/${item.about ?? ''}`;
  });
}

/** Keeps each message of blocked users by itself. */
function hold<List>(
  tables: Tables<List>,
  { heldBytes }: WebhookBounds,
  { webhook, at }: Intake,
  judged: JudgedPart<List>,
): void {
  for (const item of judged.news) {
    const sender = item.sender === undefined ? undefined : judged.senders.get(item.sender);
    if (item.kind !== 'message' || !sender?.holder || !isOfBlocked(judged, item)) continue;
    const holder = holderNow(tables, judged, sender.ids, sender.holder);
    const body = bodyAlone(webhook, judged, item);
    if (body === undefined) continue;
    const time = Math.min(item.at ?? at, at);
    tables.webhooks.held.keep(holder, { id: item.id ?? '', at: time, body }, at, heldBytes);
  }
}

/** Who wrote, as they are known after all of the POST: a later change of it may show that they are somebody else. */
function holderNow<List>(
  { states }: Tables<List>,
  { route: { number } }: JudgedPart<List>,
  ids: KnownIds,
  before: Holder<List>,
): Holder<List> {
  // A phone number may have got a new user meanwhile, a BSUID never does.
  const user = idsOf(ids).at(-1);
  if (number === undefined || !user) return before;
  const match = states.open(number, [user]).find(user);
  return match ? { list: before.list, person: match.person.id } : before;
}

/** The POST with this message and its sender's contact. */
function bodyAlone<List>(webhook: Webhook, { part }: JudgedPart<List>, message: WebhookItem): string | undefined {
  return bodyFor(
    webhook,
    (one) => one === part,
    (_part, item) => item === message || (item.kind === 'contact' && item.sender === message.sender),
  );
}

function distinct<Value>(values: readonly Value[]): Value[] {
  return [...new Set(values)];
}

function theOne(numbers: readonly (PhoneNumberId | undefined)[]): PhoneNumberId | undefined {
  const [only, ...others] = distinct(numbers);
  return others.length === 0 ? only : undefined;
}
