/** A delivery's id holds its place in the order, so that it is found, and passed, without an index of ids. */
import { randomBytes } from 'node:crypto';
import type { DeliveryId } from '../../core/ids.ts';

const seqBytes = 6;
export const tailBytes = 10;
/** Asked for at once: each time takes as long as some hundred bytes more. */
const randomAtOnce = 400 * tailBytes;

let random = new Uint8Array();

export interface DeliveryPlace {
  readonly seq: number;
  /** `tailBytes` random ones. */
  readonly tail: Uint8Array;
}

/** Random bytes that nobody had before. */
export function newTail(): Uint8Array {
  if (random.length < tailBytes) random = randomBytes(randomAtOnce);
  const tail = random.subarray(0, tailBytes);
  random = random.subarray(tailBytes);
  return tail;
}

export function toDeliveryId({ seq, tail }: DeliveryPlace): DeliveryId {
  const bytes = Buffer.alloc(seqBytes + tail.length);
  bytes.writeUIntBE(seq, 0, seqBytes);
  bytes.set(tail, seqBytes);
  return `dlv_${bytes.toString('base64url')}` as DeliveryId;
}

export function placeOf(id: DeliveryId): DeliveryPlace {
  const bytes = Buffer.from(id.slice('dlv_'.length), 'base64url');
  return { seq: bytes.readUIntBE(0, seqBytes), tail: bytes.subarray(seqBytes) };
}
