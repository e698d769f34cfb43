import { Refusal } from '../../core/errors.ts';
import { parseJsonText } from '../../core/json-text.ts';
import { type AskedUser, parseUser } from '../../core/user.ts';
import type { Command, SendEdge } from '../dialect.ts';
import { type Parameters, textOf } from './parameters.ts';
import { parseSending } from './send.ts';

export type ListOperation = Exclude<Command['kind'], 'send'>;

/** Graph's page size where a request names none. */
const defaultLimit = 25;

/** Reads the parameters of one operation on the list; throws the first thing that is wrong with them. */
export function parseCommand(
  operation: ListOperation,
  parameters: Parameters,
  { productRequired }: { readonly productRequired: boolean },
): Command {
  if (operation === 'list') return parseList(parameters);
  checkProduct(parameters, productRequired);
  return { kind: operation, users: parseUsers(parameters) };
}

/** The same of what a number sends through an edge. */
export function parseSend(
  edge: SendEdge,
  parameters: Parameters,
  { productRequired }: { readonly productRequired: boolean },
): Command {
  checkProduct(parameters, productRequired);
  return { kind: 'send', sending: parseSending(edge, parameters) };
}

function parseList(parameters: Parameters): Command {
  const after = textOf(parameters, 'after');
  const before = textOf(parameters, 'before');
  return {
    kind: 'list',
    limit: parseLimit(parameters),
    ...(after !== undefined && { after }),
    ...(before !== undefined && { before }),
  };
}

function parseLimit(parameters: Parameters): number {
  const parameter = parameters.get('limit');
  if (!parameter || (parameter.kind === 'json' && parameter.value === null)) return defaultLimit;
  const value = parameter.kind === 'json' ? parameter.value : parameter.text;
  const limit = typeof value === 'string' && /^\d+$/.test(value) ? Number(value) : value;
  // Too many digits make Infinity, which is clamped like any other large number.
  if (typeof limit === 'number' && limit >= 1 && (Number.isInteger(limit) || limit === Infinity)) return limit;
  throw new Refusal({ kind: 'wrong_parameter', name: 'limit', expected: 'an integer greater than 0' });
}

function checkProduct(parameters: Parameters, required: boolean): void {
  const name = 'messaging_product';
  const parameter = parameters.get(name);
  const value = parameter?.kind === 'text' ? parameter.text : parameter?.value;
  if (value === undefined || value === null) {
    if (required) throw missing(name, parameters);
    return;
  }
  if (typeof value === 'string' && value.toUpperCase() === 'WHATSAPP') return;
  const got = typeof value === 'string' ? value : JSON.stringify(value);
  throw new Refusal({ kind: 'wrong_value', name, allowed: ['WHATSAPP'], got: got.slice(0, 100) });
}

/** Two slips are so common that the refusal tells them. */
function missing(name: string, parameters: Parameters): Refusal {
  const names = [...parameters.keys()];
  const hint = names.some((one) => one.startsWith('{'))
    ? 'The body was read as a form, as its Content-Type says: send JSON with Content-Type: application/json'
    : names.some((one) => one.startsWith('block_users['))
      ? 'block_users[…] is not understood: send block_users as JSON text, [{"user":"+16505551234"}]'
      : undefined;
  return new Refusal({ kind: 'missing_parameter', name, ...(hint !== undefined && { hint }) });
}

/** The users to block or unblock; in a query or a form they are JSON text. */
function parseUsers(parameters: Parameters): AskedUser[] {
  const name = 'block_users';
  const parameter = parameters.get(name);
  const value = parameter?.kind === 'text' ? parseArrayText(parameter.text) : parameter?.value;
  if (value === undefined || value === null) throw missing(name, parameters);
  if (!Array.isArray(value)) throw new Refusal({ kind: 'wrong_parameter', name, expected: 'an array' });
  return value.map((item: unknown, index) => parseItem(item, `${name}[${index}]`));
}

/** What is no JSON is left as the text it is, which is no array. */
function parseArrayText(text: string): unknown {
  try {
    return parseJsonText(Buffer.from(text)) ?? text;
  } catch (error) {
    if (error instanceof Refusal) return text;
    throw error;
  }
}

/** An item is `{user}` or `{user_id}`; if both are there, `user` counts. */
function parseItem(item: unknown, name: string): AskedUser {
  if (typeof item !== 'object' || item === null || Array.isArray(item)) {
    throw new Refusal({ kind: 'wrong_parameter', name, expected: 'an object' });
  }
  const { user, user_id: userId } = item as { user?: unknown; user_id?: unknown };
  if (user !== undefined && user !== null) return parseAsked(user, `${name}['user']`);
  if (userId === undefined || userId === null)
    throw new Refusal({ kind: 'missing_parameter', name: `${name}['user']` });
  const asked = parseAsked(userId, `${name}['user_id']`);
  return asked.user.kind === 'wa_id' ? { input: asked.input, user: { kind: 'not_a_user' } } : asked;
}

function parseAsked(input: unknown, name: string): AskedUser {
  if (typeof input !== 'string') throw new Refusal({ kind: 'wrong_parameter', name, expected: 'a string' });
  return { input, user: parseUser(input) };
}
