/** What the contract suites of webhooks share: POSTs in few words, and what became of them. */
import type { AppOwner, AppPatch } from '../../core/apps.ts';
import type { ConnectionName, PhoneNumberId } from '../../core/ids.ts';
import { defaultAccount } from '../../core/numbers.ts';
import type { Delivery, Intake, Store, Taken } from '../../core/ports.ts';
import { readWebhook } from '../../gateway/webhooks/read.ts';
import { at, by, one, phoneOf, user } from './fixture.contract.ts';
import { main, putConnection } from './pushes.fixture.contract.ts';

export const url = 'https://app.example/hook';
export const ofOne: AppOwner = { kind: 'number', number: one };
export const ofAccount: AppOwner = { kind: 'account', account: defaultAccount };

/** A number that a connection's provider knows by another id, with an app. */
export async function putHooked(store: Store, id = one, app: AppPatch | null = { url }): Promise<void> {
  if (!(await store.directory.connection(main))) await putConnection(store);
  const upstream = { connection: main, numberId: thereOf(id) };
  await store.directory.putNumber(id, { phone: phoneOf(id), upstream, ...(app && { app }) }, at);
}

/** The id by which the provider knows a number. */
export function thereOf(id: PhoneNumberId): PhoneNumberId {
  return `9${id}` as PhoneNumberId;
}

/** `PHONE`, `BSUID` or `PHONE BSUID`. */
type Who = string;

export function message(who: Who, id: string | undefined, time = at): object {
  const timestamp = String(Math.floor(time / 1000));
  return { ...fromOf(who), ...(id !== undefined && { id: `wamid.${id}` }), timestamp, type: 'text' };
}

export function call(who: Who, id: string): object {
  return { ...fromOf(who), id: `wacid.${id}`, event: 'connect', timestamp: String(at / 1000) };
}

export function contact(who: Who): object {
  const { from: wa_id, from_user_id: user_id } = fromOf(who);
  return { profile: { name: who }, ...(wa_id && { wa_id }), ...(user_id && { user_id }) };
}

export function status(id: string, word = 'read', to?: string): object {
  return { id: `wamid.${id}`, status: word, ...(to !== undefined && { recipient_id: to }) };
}

export interface Said {
  readonly contacts?: readonly object[];
  readonly messages?: readonly object[];
  readonly calls?: readonly object[];
  readonly statuses?: readonly object[];
  readonly [more: string]: unknown;
}

/** A change that tells of a number of ours, or by a text of any. */
export function change(id: PhoneNumberId | { readonly there: string } | undefined, said: Said): object {
  const there = typeof id === 'object' ? id.there : id && thereOf(id);
  const metadata = there === undefined ? {} : { metadata: { phone_number_id: there } };
  return { field: 'messages', value: { messaging_product: 'whatsapp', ...metadata, ...said } };
}

export function textOf(changes: readonly object[]): string {
  return JSON.stringify({ object: 'whatsapp_business_account', entry: [{ id: '1', changes }] });
}

export function intakeOf(changes: readonly object[], time = at, from?: Intake['from']): Intake {
  const webhook = readWebhook(Buffer.from(textOf(changes)));
  return { from: from ?? { kind: 'connection', connection: main as ConnectionName }, webhook, by, at: time };
}

/** POSTs of a provider to a store, and what comes of them. */
export class Taker {
  readonly #store: Store;

  constructor(store: Store) {
    this.#store = store;
  }

  take(changes: object | readonly object[], time = at): Promise<Taken> {
    return this.#store.webhooks.takeIn(intakeOf([changes].flat(), time));
  }

  /** One message to number `one`. */
  wrote(who: string, id: string, time = at): Promise<Taken> {
    return this.take(change(one, { contacts: [contact(who)], messages: [message(who, id, time)] }), time);
  }

  waiting(app: AppOwner = ofOne): Promise<readonly Delivery[]> {
    return this.#store.webhooks.next(app, 1000);
  }

  /** The ids that each waiting delivery tells of, one text each; a marked one with an exclamation mark. */
  async told(app: AppOwner = ofOne): Promise<string[]> {
    return (await this.waiting(app)).map((delivery) => idsIn(delivery.body) + (delivery.isBlocked ? '!' : ''));
  }

  /** Delivers all that waits. */
  async deliver(app: AppOwner = ofOne, time = at): Promise<void> {
    for (const { id } of await this.waiting(app)) await this.#store.webhooks.settle(id, { kind: 'delivered' }, time);
  }

  /** The ids of the messages that are held of a user. */
  async held(text: string, limit = 1000): Promise<string> {
    return (await this.#store.webhooks.held(one, user(text), limit)).map(({ body }) => idsIn(body)).join(' ');
  }
}

/** The ids of all messages, calls and statuses in a body. */
export function idsIn(body: string): string {
  return [...body.matchAll(/wac?m?id\.(\w+)/g)].map(([, id]) => id).join(' ');
}

function fromOf(who: Who): { from?: string; from_user_id?: string } {
  const [first = '', second] = who.split(' ');
  if (second !== undefined) return { from: first, from_user_id: second };
  return first.includes('.') ? { from_user_id: first } : { from: first };
}
