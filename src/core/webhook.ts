/**
 * A webhook's POST taken apart, as plain data: what may be left out of it, and everything else as it came. What is left is put
 * together from these texts, so that nothing but the cuts changes by a byte.
 */
import type { PhoneNumberId } from './ids.ts';
import type { KnownIds } from './user.ts';

/** Text around a list of JSON: the elements have their blanks with them, and a comma stands between each two. */
export interface ListText<Element> {
  readonly before: string;
  readonly elements: readonly Element[];
  readonly after: string;
}

/** The whole POST. Each entry has a part: what is not of the usual form is one part as it is. */
export type Webhook = ListText<WebhookEntry>;

export type WebhookEntry = ListText<WebhookPart>;

/** One change: what a POST says of one number, or of none. */
export interface WebhookPart extends ListText<string | WebhookItems> {
  /** `metadata.phone_number_id`: what the provider knows the number by. Absent: it names no number. */
  readonly numberId?: PhoneNumberId;
  /** Who wrote or called, or is told of as a contact, each by all ids that the change names. */
  readonly senders: readonly KnownIds[];
  /** Whether it says something besides its items (an error, a member that nobody knows): it stays without them. */
  readonly saysMore: boolean;
}

/** A member of a change's value, as `messages`; when all of its items are cut, it goes too. */
export type WebhookItems = ListText<WebhookItem>;

/** One message, contact, status or call. */
export interface WebhookItem {
  readonly kind: 'message' | 'contact' | 'status' | 'call';
  /** As it came, as far as the commas beside it. */
  readonly text: string;
  /** Whose it is, as an index of `senders`. Absent: nobody's that could be blocked (a status, an echo of the business's own). */
  readonly sender?: number;
  /**
   * What tells it from its repeats, among items of its kind: a message's id; a status's id, status and, in a group, whose it
   * is; a call's id and event. At most 1,000 characters. Absent: it cannot be told.
   */
  readonly id?: string;
  /** When it was written or called, in ms since the epoch. */
  readonly at?: number;
  /** Whom it is about, as the provider names them: whose status it is, or to whom an echo went. Absent: it does not tell. */
  readonly about?: string;
}

/** Every change of a POST, in order. */
export function partsOf(webhook: Webhook): readonly WebhookPart[] {
  return webhook.elements.flatMap(({ elements }) => elements);
}

/** Every item of a change, in order. */
export function itemsOf(part: WebhookPart): readonly WebhookItem[] {
  return part.elements.flatMap((member) => (typeof member === 'string' ? [] : member.elements));
}

/**
 * The POST with only those changes and items; `undefined`: nothing is left of it. With all of them it is as it came. A change
 * whose messages, statuses and calls are all cut goes, unless it says more, and so does an entry without changes.
 */
export function bodyFor(
  webhook: Webhook,
  keepPart: (part: WebhookPart) => boolean,
  keepItem: (part: WebhookPart, item: WebhookItem) => boolean,
): string | undefined {
  return textOf(webhook, (entry) =>
    textOf(entry, (part) => (keepPart(part) ? partText(part, (item) => keepItem(part, item)) : undefined)),
  );
}

function partText(part: WebhookPart, keep: (item: WebhookItem) => boolean): string | undefined {
  const items = itemsOf(part);
  const kept = new Set(items.filter(keep));
  if (kept.size < items.length && !part.saysMore && !told(items).some((item) => kept.has(item))) return undefined;
  return textOf(part, (member) => {
    if (typeof member === 'string') return member;
    return textOf(member, (item) => (kept.has(item) ? item.text : undefined));
  });
}

/** What a change is there for: contacts only tell whose the other items are, if there are others. */
function told(items: readonly WebhookItem[]): readonly WebhookItem[] {
  const others = items.filter(({ kind }) => kind !== 'contact');
  return others.length > 0 ? others : items;
}

/** The list with those elements that have a text; `undefined`: none has. */
function textOf<Element>(
  { before, elements, after }: ListText<Element>,
  toText: (element: Element) => string | undefined,
): string | undefined {
  const kept = elements.map(toText).filter((text) => text !== undefined);
  return kept.length === 0 ? undefined : `${before}${kept.join(',')}${after}`;
}
