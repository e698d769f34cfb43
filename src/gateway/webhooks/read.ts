import { Refusal } from '../../core/errors.ts';
import { parsePhoneNumberId } from '../../core/ids.ts';
import type { ListText, Webhook, WebhookEntry, WebhookItem, WebhookItems, WebhookPart } from '../../core/webhook.ts';
import { aboutOf, type ItemForm, idOf, itemForms, ownerOf, senderOf, shapeOfItems, textIn, timeOf } from './items.ts';
import { ownEvents, toEventPart } from './own-events.ts';
import { joinSenders } from './senders.ts';
import { findSpans, type Shape, type Span } from './spans.ts';

/** The fields of changes that repeat what the business itself wrote: nothing in them is anybody else's. */
const echoFields: readonly (string | undefined)[] = ['smb_message_echoes', 'message_echoes'];

const literal: Shape = {};
const metadata = object({ phone_number_id: literal, display_phone_number: literal });
const items = Object.fromEntries([...itemForms].map(([name, form]) => [name, shapeOfItems(form)]));
const value = object({ messaging_product: literal, metadata, ...items });
const change = object({ field: literal, value });
const entry = object({ changes: { elements: change } });
const post = object({ entry: { elements: entry }, ...Object.fromEntries(ownEvents) });

function object(members: Readonly<Record<string, Shape>>): Shape {
  return { members: new Map(Object.entries(members)) };
}

/**
 * Takes a POST apart: Meta's payload by entries, changes and items, a provider's own events each as a part, anything else as
 * one part without a number. Refuses
 * (`invalid_body`) what is not UTF-8 or not JSON, a member that would mean two things, what is nested deeper than 64 levels
 * and more than 250,000 values. A byte order mark stays.
 */
export function readWebhook(body: Uint8Array): Webhook {
  const text = decode(body);
  const mark = text.startsWith('\ufeff') ? '\ufeff' : '';
  const webhook = toWebhook(text.slice(mark.length));
  return { ...webhook, before: `${mark}${webhook.before}` };
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

function decode(body: Uint8Array): string {
  try {
    return utf8.decode(body);
  } catch {
    throw new Refusal({ kind: 'invalid_body', detail: 'The body is not valid UTF-8.' });
  }
}

function toWebhook(text: string): Webhook {
  const root = findSpans(text, post);
  return (
    around(text, root, root.members?.get('entry'), (one) => toEntry(text, one)) ??
    toEvents(text, root) ??
    alone(alone(plainPart(text, root)))
  );
}

/** `undefined`: there is no event in it. */
function toEvents(text: string, root: Span): Webhook | undefined {
  const one = toEventPart(text, root);
  if (one) return alone(alone(one));
  const several = root.members?.get('data');
  if (!several?.elements?.some((element) => toEventPart(text, element))) return undefined;
  return around(text, root, several, (element) => alone(toEventPart(text, element) ?? plainPart(text, element)));
}

function toEntry(text: string, span: Span): WebhookEntry {
  return around(text, span, span.members?.get('changes'), (one) => toPart(text, one)) ?? alone(plainPart(text, span));
}

/** The list with the text of what it is in; `undefined`: it has no elements. */
function around<Element>(
  text: string,
  whole: Span,
  list: Span | undefined,
  toElement: (span: Span) => Element,
): ListText<Element> | undefined {
  const { elements, inside } = list ?? {};
  if (!elements?.length || !inside) return undefined;
  return {
    before: text.slice(whole.from, inside.from),
    elements: elements.map(toElement),
    after: text.slice(inside.to, whole.to),
  };
}

function alone<Element>(element: Element): ListText<Element> {
  return { before: '', elements: [element], after: '' };
}

function plainPart(text: string, { from, to }: Span): WebhookPart {
  return { ...alone(text.slice(from, to)), senders: [], saysMore: true };
}

function toPart(text: string, span: Span): WebhookPart {
  const found = span.members?.get('value');
  const about = found?.members?.get('metadata');
  const numberId = parsePhoneNumberId(textIn(about, 'phone_number_id') ?? '');
  const named = numberId === undefined ? {} : { numberId };
  const isEcho = echoFields.includes(textIn(span, 'field'));
  const { list, senders } = readItems(text, found, isEcho ? () => true : ownerOf(about));
  if (!found?.inside || list.length === 0) return { ...plainPart(text, span), ...named };
  const { inside } = found;
  return {
    before: text.slice(span.from, inside.from),
    elements: withTextBetween(text, inside, list),
    after: text.slice(inside.to, span.to),
    ...named,
    senders,
    saysMore: saysMore(found),
  };
}

/** A member that holds items, and where it is. */
interface FoundItems {
  readonly span: Span;
  readonly items: WebhookItems;
}

function readItems(
  text: string,
  found: Span | undefined,
  isOwn: (text: string) => boolean,
): { list: readonly FoundItems[]; senders: WebhookPart['senders'] } {
  const lists = [...(found?.members ?? [])].flatMap(([name, span]) => {
    const form = itemForms.get(name);
    return form && span.elements?.length ? [{ form, span, elements: span.elements }] : [];
  });
  const { all, indices } = joinSenders(
    lists.flatMap(({ form, elements }) => elements.map((one) => senderOf(one, form, isOwn))),
  );
  let next = 0;
  const list = lists.flatMap(({ form, span }) => {
    const items = around(text, span, span, (one) => toItem(text, one, form, indices[next++]));
    return items ? [{ span, items }] : [];
  });
  return { list, senders: all };
}

function toItem(text: string, span: Span, form: ItemForm, sender: number | undefined): WebhookItem {
  const id = idOf(span, form);
  const at = timeOf(span, form);
  const about = aboutOf(span, form);
  return {
    kind: form.kind,
    text: text.slice(span.from, span.to),
    ...(sender !== undefined && { sender }),
    ...(id !== undefined && { id }),
    ...(at !== undefined && { at }),
    ...(about !== undefined && { about }),
  };
}

/** The members of a value in their order: those with items, and the text of those between them. */
function withTextBetween(
  text: string,
  inside: { readonly from: number; readonly to: number },
  list: readonly FoundItems[],
): (string | WebhookItems)[] {
  const members: (string | WebhookItems)[] = [];
  let from = inside.from;
  for (const { span, items } of list) {
    if (from < span.from) members.push(text.slice(from, span.from - 1));
    members.push(items);
    from = span.to + 1;
  }
  if (from < inside.to) members.push(text.slice(from, inside.to));
  return members;
}

/** Whether a value has members that are neither items nor about the number. */
function saysMore({ members, hasOthers = false }: Span): boolean {
  return hasOthers || [...(members ?? [])].some(([name, { elements }]) => itemForms.has(name) && !elements);
}
