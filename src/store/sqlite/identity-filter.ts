/**
 * Which ids may be known on a list: a Bloom filter, in memory that the threads share. Nearly all who are asked about are
 * strangers, and to find nothing in three tiers of a table costs a cold request as much as all else that it asks of the
 * store. What the filter says of strangers is exact: an id is entered before it is written, and never leaves. Of the others
 * it may be wrong one time in a hundred, and they are looked up.
 *
 * It grows by further levels, each with four times the room of the one before, so that it need never be built anew, and
 * takes up memory only as ids come.
 */

/** A wa_id or, negative, the form that its variants share; or a BSUID. */
export type Identity = number | string;

/** A level is made of lines as long as the processor's: 512 bits, of which an id sets four. */
const wordsPerLine = 16;
const idsPerLine = 32;
const bitsPerId = 4;
const firstLines = 2 ** 11;
const defaultLevels = 5;

/** The words before the levels: whether all ids are in, then how many each level has. */
const completeness = 0;
const counts = 1;
const headerWords = wordsPerLine;

const filling = 0;
const complete = 1;
/** There is no more room. */
const full = 2;

/** Where the levels begin, in words; the last one is the end. */
function levelStarts(levels: number): number[] {
  const starts = [headerWords];
  for (let level = 0; level < levels; level += 1)
    starts.push((starts[level] ?? 0) + firstLines * 4 ** level * wordsPerLine);
  return starts;
}

export class IdentityFilter {
  /** For another thread's filter of the same ids. Its pages are the machine's only once they are written. */
  readonly memory: SharedArrayBuffer;
  readonly #words: Int32Array;
  readonly #starts: readonly number[];

  constructor(memory?: SharedArrayBuffer, levels = defaultLevels) {
    this.#starts = levelStarts(levels);
    this.memory = memory ?? new SharedArrayBuffer((this.#starts.at(-1) ?? 0) * Int32Array.BYTES_PER_ELEMENT);
    this.#words = new Int32Array(this.memory);
  }

  /** From now on what was not added is strange. */
  complete(): void {
    Atomics.compareExchange(this.#words, completeness, filling, complete);
  }

  /** Whether the id leads to nobody on this list, for certain. */
  isStranger(list: number, value: Identity): boolean {
    return this.#words[completeness] === complete && !this.#has(spread(list, value));
  }

  /** Before the id is written. */
  add(list: number, value: Identity): void {
    const spot = spread(list, value);
    if (this.#has(spot)) return;
    const level = this.#levelWithRoom();
    if (level === undefined) Atomics.store(this.#words, completeness, full);
    else this.#set(level, spot);
  }

  #has(spot: Spot): boolean {
    for (let level = 0; level < this.#levels && this.#count(level) > 0; level += 1)
      if (this.#isIn(level, spot)) return true;
    return false;
  }

  #isIn(level: number, { line, first, step }: Spot): boolean {
    const start = this.#lineAt(level, line);
    for (let nth = 0, bit = first; nth < bitsPerId; nth += 1, bit += step)
      if (((this.#words[start + ((bit >>> 5) & 15)] ?? 0) & (1 << bit)) === 0) return false;
    return true;
  }

  #set(level: number, { line, first, step }: Spot): void {
    const start = this.#lineAt(level, line);
    for (let nth = 0, bit = first; nth < bitsPerId; nth += 1, bit += step)
      Atomics.or(this.#words, start + ((bit >>> 5) & 15), 1 << bit);
    Atomics.add(this.#words, counts + level, 1);
  }

  #levelWithRoom(): number | undefined {
    for (let level = 0; level < this.#levels; level += 1)
      if (this.#count(level) < idsPerLine * this.#linesOf(level)) return level;
    return undefined;
  }

  get #levels(): number {
    return this.#starts.length - 1;
  }

  #count(level: number): number {
    return this.#words[counts + level] ?? 0;
  }

  #linesOf(level: number): number {
    return firstLines * 4 ** level;
  }

  #lineAt(level: number, line: number): number {
    return (this.#starts[level] ?? 0) + (line & (this.#linesOf(level) - 1)) * wordsPerLine;
  }
}

/** Where an id is in each level: a line, and the bits in it. */
interface Spot {
  readonly line: number;
  readonly first: number;
  readonly step: number;
}

function spread(list: number, value: Identity): Spot {
  const [low, high] = typeof value === 'number' ? halves(value) : [seedOf(value), value.length];
  const line = mix(Math.imul(list, 0x9e3779b1) ^ mix(low ^ mix(high)));
  const bits = mix(line ^ 0x5bd1e995);
  return { line, first: bits & 511, step: (bits >>> 9) | 1 };
}

/** A whole number of up to 53 bits. */
function halves(value: number): [number, number] {
  return [value | 0, Math.floor(value / 2 ** 32) | 0];
}

/** FNV-1a. */
function seedOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at += 1) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  return hash;
}

/** murmur3's finalizer: each bit of what goes in turns half of those that come out. */
function mix(value: number): number {
  let mixed = value;
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return mixed ^ (mixed >>> 16);
}
