import { Refusal } from '../../core/errors.ts';

/** Containers within containers, at most; a message needs about a dozen. */
const maxDepth = 64;

/** Values in all, at most: ten times what a provider puts into one POST. */
const maxValues = 250_000;

/** What of a value is looked at: the members of an object that it names, the elements of an array. A literal's shape is empty. */
export interface Shape {
  readonly members?: ReadonlyMap<string, Shape>;
  readonly elements?: Shape;
}

/** Where a value stands in a text, in UTF-16 units: an element with the blanks around it, a member also with its name. */
export interface Span {
  /** From the bracket or comma before it to the comma behind it; the last one ends where its value does. */
  readonly from: number;
  to: number;
  literal?: string | number | boolean | null;
  /** Of an array or object: from its bracket to where its last value ends. */
  inside?: { readonly from: number; to: number };
  /** Of an object: those that the shape names, in the order of the text, and whether there are others. */
  members?: Map<string, Span>;
  hasOthers?: boolean;
  /** Of an array. */
  elements?: Span[];
}

/**
 * Finds what a shape asks for in JSON that a stranger sent. Refuses (`invalid_body`) what is not JSON (comments and trailing
 * commas are none), a member that the shape names and that comes twice in one object, values nested deeper than 64, and
 * more than 250,000 of them. A value of another form than the shape's is found and not looked into.
 */
export function findSpans(text: string, shape: Shape): Span {
  const reading = new Reading(text, shape);
  try {
    scan(text, reading);
    // What was found stands where it seems to if this is JSON, and what is refused above is not worth the objects.
    JSON.parse(text);
  } catch (error) {
    throw error instanceof Refusal ? error : invalid('The body is not valid JSON.');
  }
  return reading.root;
}

const [quote, backslash, comma, colon] = [0x22, 0x5c, 0x2c, 0x3a];
const [openArray, closeArray, openObject, closeObject] = [0x5b, 0x5d, 0x7b, 0x7d];
const space = 0x20;

/** Tells of everything in a text by what it begins with, and takes for granted that it is JSON. */
function scan(text: string, reading: Reading): void {
  for (let at = 0; at < text.length; ) {
    const code = text.charCodeAt(at);
    if (code === quote) {
      const end = afterString(text, at);
      const next = afterSpace(text, end);
      if (text.charCodeAt(next) === colon) reading.name(at, end);
      else reading.literal(at, end);
      at = next;
    } else if (code === openObject) reading.open(at++, 'members');
    else if (code === openArray) reading.open(at++, 'elements');
    else if (code === closeObject || code === closeArray) reading.close(at++);
    else if (code === comma) reading.separate(at++);
    else if (code <= space || code === colon) at += 1;
    else {
      const end = afterWord(text, at);
      reading.literal(at, end);
      at = end;
    }
  }
}

function afterString(text: string, from: number): number {
  for (let at = text.indexOf('"', from + 1); at >= 0; at = text.indexOf('"', at + 1)) {
    let before = at - 1;
    while (text.charCodeAt(before) === backslash) before -= 1;
    if ((at - before) % 2 === 1) return at + 1;
  }
  return text.length;
}

function afterSpace(text: string, from: number): number {
  let at = from;
  while (text.charCodeAt(at) <= space) at += 1;
  return at;
}

/** A number, `true`, `false` or `null` has none of what may follow it. */
function afterWord(text: string, from: number): number {
  for (let at = from + 1; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code <= space || code === comma || code === closeArray || code === closeObject) return at;
  }
  return text.length;
}

/** A container that is being read. */
interface Open {
  readonly inside: { readonly from: number; to: number };
  readonly span: Span;
  readonly shape: Shape;
  /** Where the next element or member begins. */
  next: number;
  /** The one that was begun last, if the shape asks for it. */
  current: { readonly span: Span; readonly shape: Shape } | undefined;
}

class Reading {
  readonly root: Span;
  readonly #text: string;
  readonly #shape: Shape;
  readonly #open: Open[] = [];
  /** How many containers are open that nobody asks for; they are within the last of `#open`. */
  #ignored = 0;
  #values = 0;

  constructor(text: string, shape: Shape) {
    this.root = { from: 0, to: text.length };
    this.#text = text;
    this.#shape = shape;
  }

  open(offset: number, kind: 'members' | 'elements'): void {
    const begun = this.#begin();
    if (this.#open.length + this.#ignored >= maxDepth)
      throw invalid(`The body is nested deeper than ${maxDepth} levels.`);
    if (!begun?.shape[kind]) {
      this.#ignored += 1;
      return;
    }
    const { span, shape } = begun;
    const inside = { from: offset + 1, to: offset + 1 };
    span.inside = inside;
    if (kind === 'members') span.members = new Map();
    else span.elements = [];
    this.#open.push({ inside, span, shape, next: offset + 1, current: undefined });
  }

  close(offset: number): void {
    if (this.#ignored > 0) this.#ignored -= 1;
    else this.#open.pop();
    this.#end(offset + 1);
  }

  /** What stands between these quotes is the name of the member that comes. */
  name(from: number, to: number): void {
    const open = this.#looked();
    if (!open) return;
    const { span, shape, next } = open;
    const name = String(this.#value(from, to));
    const named = shape.members?.get(name);
    if (!named) {
      span.hasOthers = true;
      open.current = undefined;
      return;
    }
    if (span.members?.has(name)) throw invalid(`The body has a member twice in one object: ${name}.`);
    open.current = { span: { from: next, to: next }, shape: named };
    span.members?.set(name, open.current.span);
  }

  literal(from: number, to: number): void {
    const begun = this.#begin();
    if (begun) begun.span.literal = this.#value(from, to);
    this.#end(to);
  }

  /** The comma belongs to neither of the two that it separates. */
  separate(offset: number): void {
    const open = this.#looked();
    if (!open) return;
    if (open.current) open.current.span.to = offset;
    open.next = offset + 1;
  }

  /** The value that begins here, if anybody asks for it. */
  #begin(): Open['current'] {
    this.#values += 1;
    if (this.#values > maxValues) throw invalid(`The body has more than ${maxValues} values.`);
    if (this.#ignored > 0) return undefined;
    const open = this.#open.at(-1);
    if (!open) return { span: this.root, shape: this.#shape };
    if (open.shape.elements && open.span.elements) {
      open.current = { span: { from: open.next, to: open.next }, shape: open.shape.elements };
      open.span.elements.push(open.current.span);
    }
    return open.current;
  }

  /** The last value that was begun ends here; what a comma says of it counts more. */
  #end(end: number): void {
    const open = this.#looked();
    if (!open) return;
    open.inside.to = end;
    if (open.current) open.current.span.to = end;
  }

  /** What a literal says. Throws a SyntaxError if it is none. */
  #value(from: number, to: number): NonNullable<Span['literal']> | null {
    const text = this.#text.slice(from, to);
    return text.startsWith('"') && !text.includes('\\') ? text.slice(1, -1) : JSON.parse(text);
  }

  #looked(): Open | undefined {
    return this.#ignored > 0 ? undefined : this.#open.at(-1);
  }
}

function invalid(detail: string): Refusal {
  return new Refusal({ kind: 'invalid_body', detail });
}
