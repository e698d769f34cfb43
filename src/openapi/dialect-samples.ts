/** What can become of a dialect's call, so that its answers in the document are those that it really renders. */
import { type Reason, Refusal } from '../core/errors.ts';
import { parsePhoneNumberId, parseWaId } from '../core/ids.ts';
import type { ListedPage } from '../core/list-blocked.ts';
import { type BusinessNumber, changeNumber, isNumberFault } from '../core/numbers.ts';
import type { Outcome } from '../core/outcome.ts';
import type { BlockEntry } from '../core/ports.ts';
import { maxUsersPerRequest } from '../core/rules.ts';
import { isUserId, parseUser, type UserId } from '../core/user.ts';
import type {
  Command,
  Dialect,
  OperationDocs,
  Recipient,
  Result,
  SendEdge,
  WireAnswer,
  WireRequest,
} from '../dialects/dialect.ts';

type Kind = Command['kind'];

export interface Sample {
  readonly name: string;
  readonly summary: string;
  /** Goes with the request that is so answered. */
  readonly query?: string;
  render(dialect: Dialect, request: WireRequest): WireAnswer;
}

/** Everything that an operation can answer. `named`: its path names the number. */
export function samplesOf({ kind, edge }: Pick<OperationDocs, 'kind' | 'edge'>, named: boolean): readonly Sample[] {
  const results = edge === undefined ? resultSamples(kind) : sendSamples(edge);
  return [...results, ...refusalSamples(kind, named)];
}

const phone = userOf('+16505551234');
const other = userOf('+16505559876');
const bsuid = userOf('US.13491208655302741918');

function resultSamples(kind: Kind): readonly Sample[] {
  if (kind === 'list') {
    return [
      toSample('page', 'A page in the middle of the list', { kind, page: page([phone, bsuid]) }),
      toSample('empty', 'Nobody is blocked', { kind, page: page([]) }),
    ];
  }
  if (kind === 'send') throw new Error('a send goes through an edge');
  const done = kind === 'block' ? 'added' : 'removed';
  const served = (input: string, user: UserId): Outcome => ({ kind: done, input, user });
  const refused: Outcome =
    kind === 'block'
      ? { kind: 'refused', input: '+16505559876', user: other, why: 'window' }
      : { kind: 'refused', input: 'Ann', why: 'not_a_user' };
  const some = [served('+16505551234', phone), refused];
  return [
    toSample('all', `All are ${kind}ed`, change(kind, [served('+16505551234', phone)])),
    toSample('bsuid', 'A user named by BSUID', change(kind, [served('US.13491208655302741918', bsuid)])),
    toSample('some_refused', 'Some were refused', change(kind, some)),
    toSample('all_refused', 'All were refused', change(kind, [refused])),
    toSample('some_refused_200', 'Some were refused; the number’s rules answer 200', change(kind, some, 200)),
  ];
}

function sendSamples(edge: SendEdge): readonly Sample[] {
  const isCall = edge === 'calls';
  const id = `${isCall ? 'wacid' : 'wamid'}.HBgLMTY1MDU1NTEyMzQ`;
  const sent = (...to: Recipient[]): Result => ({ kind: 'send', sending: { edge, to }, id });
  return [
    toSample('sent', isCall ? 'A call begins' : 'Sent to a phone number', sent({ input: '+16505551234', user: phone })),
    toSample('bsuid', 'A user named by BSUID', sent({ input: 'US.13491208655302741918', user: bsuid })),
    toSample('noted', isCall ? 'A step of a call' : 'A read receipt', sent()),
  ];
}

function toSample(name: string, summary: string, result: Result): Sample {
  return { name, summary, render: (dialect, request) => dialect.render(result, request) };
}

interface Told {
  readonly summary: string;
  /** Tells it apart from others of its reason. */
  readonly name?: string;
  /** Which operations can be so refused; absent: all. */
  readonly on?: readonly Kind[];
  readonly query?: string;
  readonly reason: (kind: Kind) => Reason;
}

const changes: readonly Kind[] = ['block', 'unblock'];
const named: readonly Kind[] = [...changes, 'send'];

/** Each reason, in one way or several; none where the request is for no operation. */
const refusals: { readonly [Name in Reason['kind']]: Told | readonly Told[] } = {
  no_credential: { summary: 'No key', reason: () => ({ kind: 'no_credential' }) },
  unknown_credential: { summary: 'An unknown key', reason: () => ({ kind: 'unknown_credential' }) },
  expired_credential: {
    summary: 'An expired key',
    reason: () => ({ kind: 'expired_credential', at: new Date(Date.UTC(2026, 2, 1)) }),
  },
  revoked_credential: { summary: 'A revoked key', reason: () => ({ kind: 'revoked_credential' }) },
  ambiguous_credential: { summary: 'The key came twice', reason: () => ({ kind: 'ambiguous_credential' }) },
  not_one_number: { summary: 'A key of no number or several', reason: () => ({ kind: 'not_one_number' }) },
  number_not_found: {
    summary: 'No such number, or not the key’s',
    reason: () => ({ kind: 'number_not_found', asked: '106540352242999' }),
  },
  unknown_path: [],
  batch_refused: [],
  no_one_connection: [],
  unknown_method: {
    summary: 'The parameter method names none that there is',
    on: ['block'],
    query: 'method=put',
    reason: () => ({ kind: 'unknown_method' }),
  },
  missing_parameter: {
    summary: 'A parameter is missing',
    on: named,
    reason: (kind) => ({ kind: 'missing_parameter', name: kind === 'send' ? 'to' : 'block_users' }),
  },
  wrong_parameter: {
    summary: 'A parameter of another type',
    reason: (kind) =>
      kind === 'list'
        ? { kind: 'wrong_parameter', name: 'limit', expected: 'an integer greater than 0' }
        : kind === 'send'
          ? { kind: 'wrong_parameter', name: 'to', expected: 'a phone number with its country code, or a user ID' }
          : { kind: 'wrong_parameter', name: 'block_users', expected: 'an array' },
  },
  wrong_value: {
    summary: 'Another product',
    on: named,
    reason: () => ({ kind: 'wrong_value', name: 'messaging_product', allowed: ['WHATSAPP'], got: 'telegram' }),
  },
  invalid_body: {
    summary: 'Broken JSON',
    reason: () => ({ kind: 'invalid_body', detail: 'The body is not valid JSON.' }),
  },
  body_too_large: { summary: 'A body that is too large', reason: () => ({ kind: 'body_too_large' }) },
  invalid_cursor: {
    summary: 'A cursor of another list',
    on: ['list'],
    reason: () => ({ kind: 'invalid_cursor', name: 'after' }),
  },
  too_many_users: {
    summary: 'Too many users',
    on: changes,
    reason: () => ({ kind: 'too_many_users', max: maxUsersPerRequest }),
  },
  recipient_blocked: {
    summary: 'The number has blocked the recipient',
    on: ['send'],
    reason: () => ({ kind: 'recipient_blocked' }),
  },
  upstream_failed: [
    {
      summary: 'The number’s provider cannot be reached',
      on: ['send'],
      reason: () => ({ kind: 'upstream_failed', timedOut: false }),
    },
    {
      name: 'upstream_timed_out',
      summary: 'The number’s provider did not answer in time',
      on: ['send'],
      reason: () => ({ kind: 'upstream_failed', timedOut: true }),
    },
  ],
  list_changed: {
    summary: 'The list changed between two pages (versioned paging)',
    on: ['list'],
    reason: () => ({ kind: 'list_changed' }),
  },
  rate_limited: {
    summary: 'The key asks more often than it may',
    reason: () => ({ kind: 'rate_limited', limit: 5, retryAfter: 1 }),
  },
  overloaded: { summary: 'More is under way than can be done', reason: () => ({ kind: 'overloaded', retryAfter: 1 }) },
  store_unavailable: { summary: 'The disk is full or fails', reason: () => ({ kind: 'store_unavailable' }) },
  internal: { summary: 'A fault of ours', reason: () => ({ kind: 'internal' }) },
};

function refusalSamples(kind: Kind, named: boolean): readonly Sample[] {
  const all = Object.entries(refusals).flatMap(([name, told]) => [told].flat().map((one) => ({ name, ...one })));
  return all.flatMap(({ name, summary, on, query, reason }) => {
    if ((on && !on.includes(kind)) || (named && name === 'not_one_number')) return [];
    const refusal = new Refusal(reason(kind));
    const render: Sample['render'] = (dialect, request) => dialect.renderError(refusal, request);
    return [{ name, summary, ...(query !== undefined && { query }), render }];
  });
}

function change(
  kind: 'block' | 'unblock',
  outcomes: readonly Outcome[],
  partialFailureStatus: 200 | 400 = 400,
): Result {
  return { kind, outcomes, number: { ...sampleNumber(), rules: { ...sampleNumber().rules, partialFailureStatus } } };
}

function page(users: readonly UserId[]): ListedPage {
  const cursors = { before: 'AQAAAAAAAAABcE5xS0lYb0xq', after: 'AQAAAAAAAAACfZ3q0yq3k1p2' };
  return {
    entries: users.map(toEntry),
    limit: 25,
    ...(users.length > 0 && { cursors }),
    hasBefore: true,
    hasAfter: true,
  };
}

function toEntry(user: UserId, index: number): BlockEntry {
  const by = { dialect: '', keyId: null, requestId: '' };
  return { seq: index, blockedAt: 0, by, ...(user.kind === 'wa_id' ? { waId: user.waId } : { userId: user.userId }) };
}

function userOf(text: string): UserId {
  const user = parseUser(text);
  if (!isUserId(user)) throw new Error(`${text} is no user`);
  return user;
}

function sampleNumber(): BusinessNumber {
  const id = parsePhoneNumberId('106540352242922');
  const waId = parseWaId('15550783881');
  const number = id && waId && changeNumber(id, undefined, { phone: { displayPhoneNumber: waId, waId } }, 0);
  if (!number || isNumberFault(number)) throw new Error('the sample is no number');
  return number;
}
