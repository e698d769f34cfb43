/** What a number sends, and what is said of it once it is sent. Whom a message is for is all that is read of it. */
import { Refusal } from '../../core/errors.ts';
import { isUserId, parseUser } from '../../core/user.ts';
import type { Recipient, Result, SendEdge, Sending } from '../dialect.ts';
import { type Parameters, textOf } from './parameters.ts';

type Sent = Extract<Result, { kind: 'send' }>;

/** Refuses what is for nobody, or for what is no user: it might be for somebody who is blocked. */
export function parseSending(edge: SendEdge, parameters: Parameters): Sending {
  // Nobody knows which of two the provider takes.
  for (const name of ['to', 'recipient', 'recipient_type'])
    if (parameters.get(name)?.repeated) throw new Refusal({ kind: 'wrong_parameter', name, expected: 'one value' });
  for (const name of parameters.keys()) {
    const meant = nearName(name);
    if (meant !== undefined) throw new Refusal({ kind: 'wrong_parameter', name: meant, expected: 'written just so' });
  }
  const to = textOf(parameters, 'to');
  const recipient = textOf(parameters, 'recipient');
  if (to === undefined && recipient === undefined) {
    if (isForNobody(edge, parameters)) return { edge, to: [] };
    throw new Refusal({ kind: 'missing_parameter', name: 'to' });
  }
  const isGroup = textOf(parameters, 'recipient_type') === 'group';
  return {
    edge,
    to: [
      ...(to === undefined ? [] : [isGroup ? toGroup(to) : toRecipient('to', to)]),
      ...(recipient === undefined ? [] : [toRecipient('recipient', recipient)]),
    ],
  };
}

/** What another reader could find in a name: `To`, ` to`, `to[0]`. `undefined`: nothing that counts, or it is written just so. */
function nearName(name: string): string | undefined {
  const [, meant] = /^[\s\p{C}]*(to|recipient|recipient_type)[\s\p{C}]*(?:\[.*)?$/isu.exec(name) ?? [];
  const plain = meant?.toLowerCase();
  return plain === name ? undefined : plain;
}

/** A read receipt names a message, a step of a call the call. */
function isForNobody(edge: SendEdge, parameters: Parameters): boolean {
  if (edge === 'calls') return textOf(parameters, 'call_id') !== undefined;
  return textOf(parameters, 'status') !== undefined && textOf(parameters, 'message_id') !== undefined;
}

/** A group's id, unless it is a user's: whoever does not look at `recipient_type` would send to them. */
function toGroup(input: string): Recipient {
  const user = parseUser(input);
  return isUserId(user) ? { input, user } : { input };
}

function toRecipient(name: string, input: string): Recipient {
  const user = parseUser(input);
  if (isUserId(user)) return { input, user };
  if (user.kind === 'parent_user_id') return { input };
  throw new Refusal({ kind: 'wrong_parameter', name, expected: 'a phone number with its country code, or a user ID' });
}

export function toSentBody({ sending: { edge, to }, id }: Sent): object {
  const product = { messaging_product: 'whatsapp' } as const;
  if (to.length === 0) return edge === 'calls' ? { ...product, success: true } : { success: true };
  if (edge === 'calls') return { ...product, calls: [{ id }] };
  return { ...product, contacts: to.slice(0, 1).map(toContact), messages: [{ id }] };
}

/** Of `to` and `recipient` the first counts. A group's id, and a parent user id, stand where a wa_id would. */
function toContact({ input, user }: Recipient): object {
  if (user?.kind === 'user_id') return { input, user_id: user.userId };
  return { input, wa_id: user?.waId ?? input };
}
