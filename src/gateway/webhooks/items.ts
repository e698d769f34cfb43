import { parseWaId, type WaId } from '../../core/ids.ts';
import { phoneKey } from '../../core/phone-variants.ts';
import { isUserId, type KnownIds, parseUser } from '../../core/user.ts';
import type { WebhookItem } from '../../core/webhook.ts';
import type { Shape, Span } from './spans.ts';

/** What items of one member are, and what of each is read. */
export interface ItemForm {
  readonly kind: WebhookItem['kind'];
  /** The members with the sender's ids; none: the items are nobody's. */
  readonly sender: readonly string[];
  /** The members that tell an item from its repeats; the first has to be there. */
  readonly id: readonly string[];
  /** The member with the time, in seconds. */
  readonly at?: string;
  /** The members with the ids of whom it is about, if that is not the sender; the first that is there counts. */
  readonly about?: readonly string[];
}

const from = ['from', 'from_user_id'];

/** The members of a change's value that hold items. */
export const itemForms: ReadonlyMap<string, ItemForm> = new Map<string, ItemForm>([
  ['contacts', { kind: 'contact', sender: ['wa_id', 'user_id'], id: [] }],
  ['messages', { kind: 'message', sender: from, id: ['id'], at: 'timestamp' }],
  // What the business itself wrote, from its phone.
  ['message_echoes', { kind: 'message', sender: [], id: ['id'], about: ['to'] }],
  // A message to a group has the same status once for each of its participants.
  [
    'statuses',
    {
      kind: 'status',
      sender: [],
      id: ['id', 'status', 'recipient_participant_id', 'recipient_participant_user_id'],
      about: ['recipient_id', 'recipient_user_id'],
    },
  ],
  // A call has one id from its beginning to its end.
  ['calls', { kind: 'call', sender: from, id: ['id', 'event'], at: 'timestamp' }],
]);

export function shapeOfItems({ sender, id, at, about = [] }: ItemForm): Shape {
  const names = [...sender, ...id, ...about, ...(at === undefined ? [] : [at])];
  return { elements: { members: new Map(names.map((name) => [name, {}])) } };
}

/** The text of a member that is one, or a number. */
export function textIn(span: Span | undefined, name: string): string | undefined {
  const literal = span?.members?.get(name)?.literal;
  return typeof literal === 'string' || typeof literal === 'number' ? String(literal) : undefined;
}

/** The ids that an item has of its sender; `undefined`: it has none, or they are the business's own. */
export function senderOf(item: Span, { sender }: ItemForm, isOwn: (text: string) => boolean): KnownIds | undefined {
  let ids: KnownIds = {};
  for (const name of sender) {
    const text = textIn(item, name);
    if (text === undefined) continue;
    if (isOwn(text)) return undefined;
    const user = parseUser(text);
    if (isUserId(user)) ids = user.kind === 'wa_id' ? { ...ids, waId: user.waId } : { ...ids, userId: user.userId };
  }
  return ids.waId === undefined && ids.userId === undefined ? undefined : ids;
}

/** Tells the business itself, by the metadata of a change. */
export function ownerOf(metadata: Span | undefined): (text: string) => boolean {
  const numberId = textIn(metadata, 'phone_number_id');
  const own = keyOf(textIn(metadata, 'display_phone_number'));
  return (text) => text === numberId || (own !== undefined && keyOf(text) === own);
}

function keyOf(text: string | undefined): string | undefined {
  const waId: WaId | undefined = text === undefined ? undefined : parseWaId(text);
  return waId === undefined ? undefined : phoneKey(waId);
}

/** Longer ids are none of a provider's. */
const maxIdLength = 1000;

export function idOf(item: Span, { id: [first, ...rest] }: ItemForm): string | undefined {
  const id = first === undefined ? undefined : textIn(item, first);
  if (!id) return undefined;
  const all = [id, ...rest.map((name) => textIn(item, name)).filter((text) => text !== undefined)].join(' ');
  return all.length > maxIdLength ? undefined : all;
}

/** Whom an item is about; longer names are none of a provider's. */
export function aboutOf(item: Span, { about = [] }: ItemForm): string | undefined {
  const text = about.map((name) => textIn(item, name)).find(Boolean);
  return text !== undefined && text.length <= maxIdLength ? text : undefined;
}

/** Seconds as text, in ms since the epoch. */
export function timeOf(item: Span, { at }: ItemForm): number | undefined {
  const seconds = at === undefined ? undefined : textIn(item, at);
  return seconds !== undefined && /^\d{1,11}$/.test(seconds) ? Number(seconds) * 1000 : undefined;
}
