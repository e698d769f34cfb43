/** What is not answered here: it goes to the provider of a number, as it came. */
import { reaches } from '../core/credentials.ts';
import { Refusal } from '../core/errors.ts';
import { type ConnectionName, parsePhoneNumberId } from '../core/ids.ts';
import type { BusinessNumber } from '../core/numbers.ts';
import type { Directory, Key } from '../core/ports.ts';
import type { NumberRef, Place, WireRequest } from '../dialects/dialect.ts';
import type { Gateway, Passage } from '../gateway/passage.ts';
import { hostedNumber } from './admission.ts';
import { letUpload } from './deadlines.ts';
import type { Exchange } from './exchange.ts';
import { ClientGone, hasBody, readBody } from './read-body.ts';

/** Gives the same each time, once it is there without a wait. */
export type GatewaySource = () => Gateway | Promise<Gateway>;

/** Where a request goes: through which connection, and what its path is there. */
export type Destination = Pick<Passage, 'connection' | 'place'>;

/** Where what stands at no edge of ours goes. */
export async function destinationOf(directory: Directory, key: Key, place: Place): Promise<Destination> {
  const { number: ref, version, rest, whole } = place;
  const number = await hostedNumber(directory, key, ref);
  if (number?.upstream) {
    const { connection, numberId } = number.upstream;
    return { connection, place: { version, numberId, rest } };
  }
  const only = number ? undefined : await directory.onlyConnectionOf(key);
  if (only?.kind === 'several') throw new Refusal({ kind: 'no_one_connection' });
  if (only?.kind !== 'one') throw new Refusal({ kind: 'unknown_path' });
  const { connection } = only;
  const known = await numberKnownThere(directory, connection, ref);
  if (!known?.upstream) return { connection, place: { version, rest: whole } };
  if (!reaches(key, known)) throw new Refusal({ kind: 'number_not_found', asked: ref.kind === 'named' ? ref.id : '' });
  return { connection, place: { version, numberId: known.upstream.numberId, rest } };
}

/** A number that is hosted here under another id than the one by which its provider knows it, and the path names it. */
async function numberKnownThere(
  directory: Directory,
  connection: ConnectionName,
  ref: NumberRef,
): Promise<BusinessNumber | undefined> {
  const id = ref.kind === 'named' ? parsePhoneNumberId(ref.id) : undefined;
  return id === undefined ? undefined : directory.numberKnownAs(connection, id);
}

/** A form of parts that is no larger is read whole, so that its length can be told anew. In bytes. */
const smallForm = 64 * 1024;

/**
 * The body of a request that passes through, as far as it has to be known before: parameters may hold a credential. All else
 * streams.
 */
export function bodyToPass(
  { headers }: WireRequest,
  { request }: Exchange,
  limit: number,
): Promise<Uint8Array> | 'streams' | undefined {
  if (!hasBody(request)) return undefined;
  const type = headers['content-type']?.[0] ?? '';
  const length = Number(request.headers['content-length']);
  const isRead = /^multipart\/form-data\b/i.test(type)
    ? length <= Math.min(limit, smallForm)
    : /^application\/(?:json|x-www-form-urlencoded)\b/i.test(type);
  return isRead ? readBody(request, limit) : 'streams';
}

export type Sent = Destination & Pick<Passage, 'kind' | 'query' | 'secret' | 'body'>;

/** Passes it on, and the answer back. Gives the status; throws ClientGone if nobody is there to hear it. */
export async function pass(gateway: GatewaySource, exchange: Exchange, sent: Sent): Promise<number> {
  const { request, response, id: requestId, isLast } = exchange;
  if (sent.body === 'streams') letUpload(request);
  const opened = gateway();
  const { forward } = opened instanceof Promise ? await opened : opened;
  const { status } = await forward({ ...sent, request, response, requestId, isLast });
  if (status === undefined) throw new ClientGone('the client went away');
  return status;
}
