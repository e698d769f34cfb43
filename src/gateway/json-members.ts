/** The members of a JSON object as spans of its bytes: what is cut out of it must not change the rest. */

export interface Member {
  readonly name: string;
  /** From the quote of its name to the end of its value. */
  readonly from: number;
  readonly to: number;
}

const [quote, backslash, comma, colon] = [0x22, 0x5c, 0x2c, 0x3a];
const [open, close] = [0x7b, 0x7d];
const byteOrderMark = [0xef, 0xbb, 0xbf];

/** Of the outermost object; empty if the value is none. `undefined`: it is no JSON as far as that was read. */
export function membersOf(bytes: Uint8Array): readonly Member[] | undefined {
  const hasMark = byteOrderMark.every((byte, index) => bytes[index] === byte);
  let at = afterSpace(bytes, hasMark ? byteOrderMark.length : 0);
  if (bytes[at] !== open) return [];
  const members: Member[] = [];
  at = afterSpace(bytes, at + 1);
  if (bytes[at] === close) return isAtEnd(bytes, at + 1) ? members : undefined;
  for (;;) {
    const member = memberAt(bytes, at);
    if (!member) return undefined;
    members.push(member);
    at = afterSpace(bytes, member.to);
    if (bytes[at] === close) return isAtEnd(bytes, at + 1) ? members : undefined;
    if (bytes[at] !== comma) return undefined;
    at = afterSpace(bytes, at + 1);
  }
}

/** The object without the members that are not to be kept. */
export function keepMembers(
  bytes: Uint8Array,
  members: readonly Member[],
  isKept: (member: Member) => boolean,
): Uint8Array {
  const [first, last] = [members[0], members.at(-1)];
  if (!first || !last) return bytes;
  const kept = members.flatMap((member, index) =>
    isKept(member) ? [{ ...member, next: members[index + 1]?.from }] : [],
  );
  const pieces = kept.map(({ from, to, next }, index) =>
    bytes.subarray(from, index === kept.length - 1 ? to : (next ?? to)),
  );
  return Buffer.concat([bytes.subarray(0, first.from), ...pieces, bytes.subarray(last.to)]);
}

function memberAt(bytes: Uint8Array, from: number): Member | undefined {
  if (bytes[from] !== quote) return undefined;
  const endOfName = afterString(bytes, from);
  const name = endOfName === undefined ? undefined : read(bytes.subarray(from, endOfName));
  if (endOfName === undefined || name === undefined) return undefined;
  const mark = afterSpace(bytes, endOfName);
  if (bytes[mark] !== colon) return undefined;
  const to = afterValue(bytes, afterSpace(bytes, mark + 1));
  return to === undefined ? undefined : { name, from, to };
}

function read(text: Uint8Array): string | undefined {
  try {
    return JSON.parse(Buffer.from(text).toString());
  } catch {
    return undefined;
  }
}

/** Where the value that begins at `from` ends: its brackets are counted, what is between them is the provider's to judge. */
function afterValue(bytes: Uint8Array, from: number): number | undefined {
  let depth = 0;
  for (let at = from; at < bytes.length; ) {
    const byte = bytes[at] ?? 0;
    if (byte === quote) {
      const end = afterString(bytes, at);
      if (end === undefined || depth === 0) return end;
      at = end;
      continue;
    }
    // `{` and `[` differ in one bit, as `}` and `]` do.
    const bracket = byte & ~0x20;
    if (bracket === 0x5b) depth += 1;
    else if (bracket === 0x5d && depth > 0) depth -= 1;
    else if (depth === 0 && (bracket === 0x5d || byte === comma || isSpace(byte))) return at > from ? at : undefined;
    at += 1;
    if (bracket === 0x5d && depth === 0) return at;
  }
  return undefined;
}

function afterString(bytes: Uint8Array, from: number): number | undefined {
  for (let at = from + 1; at < bytes.length; at += 1) {
    if (bytes[at] === quote) return at + 1;
    if (bytes[at] === backslash) at += 1;
  }
  return undefined;
}

function afterSpace(bytes: Uint8Array, from: number): number {
  let at = from;
  while (isSpace(bytes[at] ?? 0)) at += 1;
  return at;
}

function isAtEnd(bytes: Uint8Array, from: number): boolean {
  return afterSpace(bytes, from) === bytes.length;
}

function isSpace(byte: number): boolean {
  return byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;
}
