/** Plays WhatsApp for numbers without an upstream: what their users write, and what becomes of what they send. */
import type { Bsuid, WaId } from './ids.ts';
import type { BusinessNumber } from './numbers.ts';
import type { Actor, Directory, Forwarding, Taken, Webhooks } from './ports.ts';
import type { KnownIds, UserId } from './user.ts';
import type { Webhook, WebhookItem, WebhookItems } from './webhook.ts';

export interface SandboxDeps {
  readonly directory: Pick<Directory, 'account'>;
  readonly webhooks: Pick<Webhooks, 'takeIn'>;
  readonly forwarding: Pick<Forwarding, 'wake'>;
}

/** Who does it, and when, in ms since the epoch. */
export interface Played {
  readonly by: Actor;
  readonly at: number;
}

export interface PlayedMessage {
  /** The message's id. */
  readonly id: string;
  readonly waId: WaId;
  readonly userId?: Bsuid;
  /** As the user calls themselves; absent: by their number. */
  readonly name?: string;
  readonly text?: string;
  /** When it was written, in ms since the epoch; absent: now. */
  readonly sentAt?: number;
}

export interface PlayedSend {
  /** The message's id. */
  readonly id: string;
  /** As the request wrote it; without a user it is a group, or nobody who could be blocked. */
  readonly to: { readonly input: string; readonly user?: UserId };
}

type Sandboxed = Pick<BusinessNumber, 'id' | 'waId' | 'account' | 'app'>;

const progress = ['sent', 'delivered', 'read'] as const;

/** A user writes to the number. Says whether they are blocked. */
export async function receiveMessage(
  { webhooks, forwarding }: Omit<SandboxDeps, 'directory'>,
  number: Sandboxed,
  message: PlayedMessage,
  { by, at }: Played,
): Promise<{ readonly blocked: boolean }> {
  const from = { kind: 'sandbox', number: number.id } as const;
  const taken = await webhooks.takeIn({ from, webhook: messageWebhook(number, message, at), by, at });
  wake(forwarding, taken);
  return { blocked: taken.blocked > 0 };
}

/** What the number sent arrives and is read: its app is told, if there is one. Resolves when that is on disk. */
export async function reportSent(
  { directory, webhooks, forwarding }: SandboxDeps,
  number: Sandboxed,
  sent: PlayedSend,
  { by, at }: Played,
): Promise<void> {
  if (!number.app && !(await directory.account(number.account))?.app) return;
  const from = { kind: 'sandbox', number: number.id } as const;
  const all = progress.map((status) =>
    webhooks.takeIn({ from, webhook: statusWebhook(number, sent, status, at), by, at }),
  );
  for (const taken of await Promise.all(all)) wake(forwarding, taken);
}

function wake(forwarding: Pick<Forwarding, 'wake'>, { apps }: Taken): void {
  for (const owner of apps) forwarding.wake(owner);
}

/** The POST with one message, as Meta makes it. */
export function messageWebhook(number: Sandboxed, message: PlayedMessage, at: number): Webhook {
  const { id, waId, userId, name = waId, text = '', sentAt = at } = message;
  const contact = { profile: { name }, wa_id: waId, ...(userId !== undefined && { user_id: userId }) };
  const written = {
    from: waId,
    ...(userId !== undefined && { from_user_id: userId }),
    id,
    timestamp: toSeconds(sentAt),
    type: 'text',
    text: { body: text },
  };
  const senders = [{ waId, ...(userId !== undefined && { userId }) }];
  const when = Math.floor(sentAt / 1000) * 1000;
  return webhookOf(number, senders, [
    itemsOf('contacts', { kind: 'contact', text: JSON.stringify(contact), sender: 0 }),
    itemsOf('messages', { kind: 'message', text: JSON.stringify(written), sender: 0, id, at: when }),
  ]);
}

/** The POST that tells how far a message is. */
export function statusWebhook(
  number: Sandboxed,
  { id, to: { input, user } }: PlayedSend,
  status: (typeof progress)[number],
  at: number,
): Webhook {
  const about = user?.kind === 'user_id' ? user.userId : (user?.waId ?? input);
  const recipient = user?.kind === 'user_id' ? { recipient_user_id: about } : { recipient_id: about };
  const told = { id, status, timestamp: toSeconds(at), ...recipient };
  return webhookOf(
    number,
    [],
    [itemsOf('statuses', { kind: 'status', text: JSON.stringify(told), id: `${id} ${status}`, about })],
  );
}

function toSeconds(at: number): string {
  return String(Math.floor(at / 1000));
}

function itemsOf(name: string, item: WebhookItem): WebhookItems {
  return { before: `"${name}":[`, elements: [item], after: ']' };
}

/** One POST with one change, in the pieces that it would be taken apart into. */
function webhookOf(number: Sandboxed, senders: readonly KnownIds[], items: readonly WebhookItems[]): Webhook {
  const { id: numberId, waId } = number;
  const metadata = JSON.stringify({ display_phone_number: waId, phone_number_id: numberId });
  const part = {
    before: '{"field":"messages","value":{',
    elements: [`"messaging_product":"whatsapp","metadata":${metadata}`, ...items],
    after: '}}',
    numberId,
    senders,
    saysMore: false,
  };
  const entry = { before: `{"id":"${numberId}","changes":[`, elements: [part], after: ']}' };
  return { before: '{"object":"whatsapp_business_account","entry":[', elements: [entry], after: ']}' };
}
