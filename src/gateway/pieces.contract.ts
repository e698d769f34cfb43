/** Bytes in pieces of these sizes, the last as large as need be; a piece may be empty. */
export function inPieces(bytes: Buffer, sizes: Iterator<number>): readonly Buffer[] {
  const pieces: Buffer[] = [];
  let at = 0;
  while (at < bytes.length) {
    const size = pieces.length < 1000 ? (sizes.next().value as number) : bytes.length;
    pieces.push(bytes.subarray(at, at + size));
    at += size;
  }
  return pieces;
}
