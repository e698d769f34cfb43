/** What each change of a POST brings: what was not there before, and who of its senders is blocked once it is learned from. */
import type { Intake, WebhookBounds } from '../../core/ports.ts';
import type { KnownIds, UserId } from '../../core/user.ts';
import { itemsOf, partsOf, type WebhookItem, type WebhookPart } from '../../core/webhook.ts';
import { targetOf } from './push-targets.ts';
import { idsOf, learn } from './receive-message.ts';
import type { Holder, Route, Tables } from './tables.ts';

export interface JudgedPart<List> {
  readonly part: WebhookPart;
  readonly route: Route;
  /** What was not there before, with the contacts that belong to it. */
  readonly news: readonly WebhookItem[];
  /** By the index of the sender; of a number that is not hosted here nobody is known. */
  readonly senders: ReadonlyMap<number, JudgedSender<List>>;
  /** What was learned lets something be pushed. */
  readonly isDue: boolean;
}

export interface JudgedSender<List> {
  readonly isBlocked: boolean;
  readonly ids: KnownIds;
  /** Who wrote; absent: only told of. */
  readonly holder?: Holder<List>;
}

/** Learns from all of it. A change that brings nothing new is left out, and so is one that nobody here has to do with. */
export function judgeParts<List>(tables: Tables<List>, bounds: WebhookBounds, intake: Intake): JudgedPart<List>[] {
  return partsOf(intake.webhook).flatMap((part) => {
    const route = routeOf(tables, intake, part);
    if (!route.number && !route.app) return [];
    const news = newsOf(tables, bounds, intake, part, route);
    return news ? { part, route, news, ...judgeSenders(tables, intake, part, route, news) } : [];
  });
}

export function isOfBlocked<List>({ senders }: JudgedPart<List>, { sender }: WebhookItem): boolean {
  return sender !== undefined && (senders.get(sender)?.isBlocked ?? false);
}

/** Whether it is a message or a call. */
export function isSent({ kind }: WebhookItem): boolean {
  return kind === 'message' || kind === 'call';
}

function routeOf<List>({ webhooks: { routes } }: Tables<List>, { from }: Intake, { numberId }: WebhookPart): Route {
  if (from.kind === 'connection') return routes.ofUpstream(from.connection, numberId);
  return routes.ofNumber(from.number) ?? { number: from.number };
}

/** `undefined`: all that it tells was there before. */
function newsOf<List>(
  { webhooks: { seen } }: Tables<List>,
  { seenFor }: WebhookBounds,
  { from, at }: Intake,
  part: WebhookPart,
  { number }: Route,
): WebhookItem[] | undefined {
  const scope = number ?? (from.kind === 'connection' ? from.connection : from.number);
  const time = { at, since: at - seenFor };
  const items = itemsOf(part);
  const told = items.filter(({ kind }) => kind !== 'contact');
  const isNew = ({ kind, id }: WebhookItem) =>
    id === undefined || seen.add(`${number ? '' : '@'}${scope}`, kind, id, time);
  const fresh = new Set(told.filter(isNew));
  if (told.length > 0 && fresh.size === 0) return undefined;
  const gone = new Set(told.map(({ sender }) => sender));
  for (const { sender } of fresh) gone.delete(sender);
  // A contact goes with the items that it is there for.
  return items.filter((item) =>
    item.kind === 'contact' ? item.sender === undefined || !gone.has(item.sender) : fresh.has(item),
  );
}

function judgeSenders<List>(
  tables: Tables<List>,
  { by, at }: Intake,
  part: WebhookPart,
  { number }: Route,
  news: readonly WebhookItem[],
): Pick<JudgedPart<List>, 'senders' | 'isDue'> {
  const senders = new Map<number, JudgedSender<List>>();
  let isDue = false;
  if (number === undefined) return { senders, isDue };
  for (const [index, wroteAt] of timesOf(news, at)) {
    const sender = part.senders[index];
    if (!sender) continue;
    const learned = learn(tables, { number, sender, by, at, wroteAt });
    isDue ||= learned.isDue;
    const { isBlocked, person, list } = learned;
    senders.set(index, { isBlocked, ids: person, holder: { list, person: person.id } });
  }
  for (const { sender: index } of news) {
    const sender = index === undefined || senders.has(index) ? undefined : part.senders[index];
    if (index === undefined || !sender) continue;
    const { find } = tables.states.open(number, idsOf(sender));
    const isBlocked = idsOf(sender).some((id: UserId) => find(id)?.person.blockedSeq !== undefined);
    senders.set(index, { isBlocked, ids: sender });
  }
  return { senders, isDue };
}

/** When each sender last wrote or called. No clock of a provider's is trusted with the future. */
function timesOf(news: readonly WebhookItem[], now: number): Map<number, number> {
  const times = new Map<number, number>();
  for (const item of news) {
    if (item.sender === undefined || !isSent(item)) continue;
    times.set(item.sender, Math.max(times.get(item.sender) ?? 0, Math.min(item.at ?? now, now)));
  }
  return times;
}

/** What stands for a sender where things are kept in order. */
export function senderKey<List>({ part, senders }: JudgedPart<List>, index: number): string {
  return targetOf(senders.get(index)?.ids ?? part.senders[index] ?? {});
}
