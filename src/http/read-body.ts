import type { IncomingMessage } from 'node:http';
import { Refusal } from '../core/errors.ts';

/** What a client sends beyond the limit is read and thrown away up to this many bytes, so that it gets to read the refusal. */
const patience = 16 * 1024 * 1024;

/** The client went away before its request was whole: there is nobody to answer. */
export class ClientGone extends Error {}

/** Whether a body comes; it may be empty if it does not say how long it is. */
export function hasBody({ headers }: IncomingMessage): boolean {
  const { 'content-length': length, 'transfer-encoding': encoding } = headers;
  return encoding !== undefined || (length !== undefined && Number(length) > 0);
}

/** The whole body, `undefined` if none comes; refuses (`body_too_large`) one of more than `limit` bytes. */
export function readBody(request: IncomingMessage, limit: number): Promise<Uint8Array> | undefined {
  if (!hasBody(request)) return undefined;
  const length = Number(request.headers['content-length']);
  if (length > patience) throw new Refusal({ kind: 'body_too_large' });
  return length <= limit ? readSoon(request, length) : collect(request, limit);
}

/** Most bodies come with their heads: they are there by the end of the turn, and nobody needs to listen for them. */
async function readSoon(request: IncomingMessage, length: number): Promise<Uint8Array> {
  await endOfTurn();
  if (request.readableLength !== length) return collect(request, length);
  return request.read();
}

let turn: Promise<void> | undefined;

/** Resolves when all that came in this turn of the event loop was looked at. */
function endOfTurn(): Promise<void> {
  turn ??= new Promise((resolve) => {
    setImmediate(() => {
      turn = undefined;
      resolve();
    });
  });
  return turn;
}

function collect(request: IncomingMessage, limit: number): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    request.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size <= limit) chunks.push(chunk);
      else if (size > patience) reject(new Refusal({ kind: 'body_too_large' }));
      else chunks.length = 0;
    });
    request.once('end', () => {
      if (size > limit) reject(new Refusal({ kind: 'body_too_large' }));
      else resolve(Buffer.concat(chunks, size));
    });
    // Every request closes in the end; an error is made only for one that is not whole.
    const lose = () => request.complete || reject(new ClientGone('the client went away'));
    request.once('error', lose).once('close', lose);
    // Nobody is told again of what is over.
    if (request.destroyed) lose();
  });
}
