import type { FastifyRequest } from 'fastify';
import { Refusal } from '../core/errors.ts';
import { type PhoneNumberId, parsePhoneNumberId } from '../core/ids.ts';
import type { Actor } from '../core/ports.ts';
import { invalid } from './problem.ts';

/** Reads a text by its parser. `expected` ends the sentence "<field> must be …" of the refusal. */
export function parseField<Parsed>(
  field: string,
  text: string,
  parser: (text: string) => Parsed | undefined,
  expected: string,
): Parsed {
  const parsed = parser(text);
  if (parsed === undefined) throw invalid({ field, detail: `must be ${expected}.` });
  return parsed;
}

const name = 'lower-case letters, digits, - and _, at most 64, beginning with a letter or digit';

/** What each kind of id looks like, for `parseField`. */
export const looks = {
  account: name,
  connection: name,
  phoneNumberId: 'a phone number id: 1 to 32 digits without a leading zero',
  phone: 'a phone number with its country code, for example +1 555 078 3881',
  userId: 'a user id (BSUID), for example US.13491208655302741918',
} as const;

/** The id of a number that must be there already: what cannot be an id is not found either. */
export function parseKnownNumber(text: string): PhoneNumberId {
  const id = parsePhoneNumberId(text);
  if (id === undefined) throw new Refusal({ kind: 'number_not_found', asked: text });
  return id;
}

/** Who the log names for a change that came through the admin API. */
export function actorOf(request: FastifyRequest): Actor {
  return { dialect: 'admin', keyId: null, requestId: request.id };
}

/** `a, b or c` */
export function orList(values: readonly unknown[]): string {
  return values
    .map(String)
    .join(', ')
    .replace(/, ([^,]*)$/, ' or $1');
}

/** A time as the API shows it. */
export function toTime(at: number): string {
  return new Date(at).toISOString();
}
