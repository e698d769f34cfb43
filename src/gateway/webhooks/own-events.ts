/**
 * Events that are a provider's own and not of Meta's form, as Kapso posts them: one message with the conversation that it is
 * of, or a conversation alone; several messages as `data` of one POST.
 * https://docs.kapso.ai/docs/platform/webhooks/message-events and …/webhooks/advanced
 */
import { type PhoneNumberId, parsePhoneNumberId } from '../../core/ids.ts';
import { isUserId, type KnownIds, parseUser } from '../../core/user.ts';
import type { WebhookItem, WebhookPart } from '../../core/webhook.ts';
import { idOf, textIn, timeOf } from './items.ts';
import type { Shape, Span } from './spans.ts';

const literals = (...names: readonly string[]) => names.map((name): [string, Shape] => [name, {}]);

const kapso: Shape = { members: new Map(literals('direction', 'status')) };
const message: Shape = {
  members: new Map([...literals('id', 'timestamp', 'from', 'from_user_id'), ['kapso', kapso]]),
};
const conversation: Shape = {
  members: new Map(literals('phone_number', 'business_scoped_user_id', 'phone_number_id')),
};
const members: readonly [string, Shape][] = [
  ...literals('phone_number_id'),
  ['message', message],
  ['conversation', conversation],
];

/** What is looked at of a POST for it. */
export const ownEvents: readonly [string, Shape][] = [
  ...members,
  ['data', { elements: { members: new Map(members) } }],
];

/** An event as a part with one item, which is all of it; `undefined`: it is none. */
export function toEventPart(text: string, span: Span): WebhookPart | undefined {
  const [told, within] = [span.members?.get('message'), span.members?.get('conversation')];
  if (!told?.members && !within?.members) return undefined;
  const numberId = numberOf(span, within);
  if (numberId === undefined) return undefined;
  const user = userOf(told, within);
  const item: WebhookItem = { ...itemOf(told, user), text: text.slice(span.from, span.to) };
  return {
    before: '',
    elements: [{ before: '', elements: [item], after: '' }],
    after: '',
    numberId,
    senders: item.sender !== undefined && user ? [user] : [],
    saysMore: false,
  };
}

function numberOf(span: Span, within: Span | undefined): PhoneNumberId | undefined {
  return parsePhoneNumberId(textIn(span, 'phone_number_id') ?? textIn(within, 'phone_number_id') ?? '');
}

/** A conversation tells of its user as a contact does; what went the other way tells of what they were sent. */
function itemOf(told: Span | undefined, user: KnownIds | undefined): Omit<WebhookItem, 'text'> {
  const sender = user && { sender: 0 };
  if (!told) return { kind: 'contact', ...sender };
  const form = { kind: 'message', sender: [], id: ['id'], at: 'timestamp' } as const;
  const [id, at] = [idOf(told, form), timeOf(told, form)];
  const about = told.members?.get('kapso');
  const direction = textIn(about, 'direction');
  if (direction === 'inbound' || (direction === undefined && textIn(told, 'from') !== undefined))
    return { kind: 'message', ...sender, ...(id !== undefined && { id }), ...(at !== undefined && { at }) };
  const status = textIn(about, 'status');
  return {
    kind: 'status',
    ...(id !== undefined && status !== undefined && { id: `${id} ${status}` }),
    ...(user && { about: user.waId ?? user.userId }),
  };
}

/** By the message's own ids, where it is theirs, else by those of the conversation. */
function userOf(told: Span | undefined, within: Span | undefined): KnownIds | undefined {
  const isTheirs = textIn(told?.members?.get('kapso'), 'direction') !== 'outbound';
  const texts = [
    ...(isTheirs ? [textIn(told, 'from'), textIn(told, 'from_user_id')] : []),
    textIn(within, 'phone_number'),
    textIn(within, 'business_scoped_user_id'),
  ];
  let ids: KnownIds = {};
  for (const text of texts) {
    const user = parseUser(text ?? '');
    if (!isUserId(user)) continue;
    ids = user.kind === 'wa_id' ? { waId: user.waId, ...ids } : { userId: user.userId, ...ids };
  }
  return ids.waId === undefined && ids.userId === undefined ? undefined : ids;
}
