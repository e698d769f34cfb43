/** Answers that come compressed: a secret in them can be found only in what they unpack to. */
import type { Transform } from 'node:stream';
import zlib from 'node:zlib';
import type { Mask } from './mask.ts';

/** Makes what unpacks one coding. */
type Unpacker = (first: Uint8Array) => Transform;

const unpackers: Readonly<Record<string, Unpacker>> = {
  gzip: () => zlib.createGunzip(),
  'x-gzip': () => zlib.createGunzip(),
  br: () => zlib.createBrotliDecompress(),
  zstd: () => zlib.createZstdDecompress(),
  // By the standard it has zlib's head, which some servers leave out.
  deflate: ([first = 0]) => ((first & 0x0f) === 8 ? zlib.createInflate() : zlib.createInflateRaw()),
};

/** What unpacks an answer, or `undefined`: it is not packed, or in a way that nobody here can read. */
export function unpackerOf(status: number, coding: string | readonly string[] | undefined): Unpacker | undefined {
  // A part of something packed cannot be unpacked by itself.
  if (coding === undefined || status === 206) return undefined;
  const names = String(coding)
    .toLowerCase()
    .split(',')
    .map((name) => name.trim());
  const [only, ...others] = names.filter((name) => name !== '' && name !== 'identity');
  return only === undefined || others.length > 0 ? undefined : unpackers[only];
}

/** Whether the secret is in what `packed` unpacks to, as far as it does. */
export async function hides(packed: Buffer, unpack: Unpacker, mask: Mask): Promise<boolean> {
  const found = mask.stream();
  const unpacked = unpack(packed);
  unpacked.end(packed);
  try {
    for await (const chunk of unpacked) {
      found.push(chunk as Buffer);
      if (found.hasFound) return true;
    }
  } catch {
    // What is broken unpacks to no more for the client either.
  }
  return false;
}
