/** How values of the server become ours: its 8-byte integers are numbers here, none of which is beyond 2^53. */
import { types } from 'pg';

const [int8, int8Array] = [20, 1016];

export const valueTypes: { getTypeParser: typeof types.getTypeParser } = { getTypeParser };

function getTypeParser(type: number, format?: 'text' | 'binary'): ReturnType<typeof types.getTypeParser> {
  if (type === int8) return toInteger;
  if (type === int8Array) {
    const parse = types.getTypeParser(type, 'text');
    return (text: string) => parse(text).map((value: string | null) => (value === null ? null : toInteger(value)));
  }
  return format === 'binary' ? types.getTypeParser(type, format) : types.getTypeParser(type, 'text');
}

function toInteger(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value)) throw new RangeError(`${text} is no safe integer`);
  return value;
}
