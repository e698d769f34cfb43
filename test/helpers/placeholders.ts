/** The names in braces of a transcript: what they stand for in a request, and what they match in an answer. */
import assert from 'node:assert/strict';

const placeholder = /\{([a-z]\w*)\}/g;
const requestId = 'A[A-Za-z0-9_-]{22}';

export class Names {
  readonly #values = new Map<string, string>();
  readonly #unused = new Set<string>();

  /** From now on the name stands for this value; a name that nothing mentions is a fault. */
  set(name: string, value: string): void {
    this.#values.set(name, value);
    this.#unused.add(name);
  }

  /** A name that need not be mentioned. */
  setQuietly(name: string, value: string): void {
    this.#values.set(name, value);
  }

  /** Counts as a mention of the name. */
  use(name: string): void {
    this.#unused.delete(name);
  }

  get unused(): string[] {
    return [...this.#unused];
  }

  /** The text with every name replaced by what it stands for. */
  fill(text: string): string {
    return text.replace(placeholder, (_, name: string) => {
      const value = this.#values.get(name);
      assert.ok(value !== undefined, `{${name}} stands for nothing yet`);
      this.#unused.delete(name);
      return value;
    });
  }

  /** What `expected` means for this answer: its text with the names replaced by what they match in `actual`. */
  match(expected: string, actual: unknown): string {
    if (typeof actual !== 'string') return expected;
    const seen: string[] = [];
    const pattern = expected
      .split(placeholder)
      .map((part, index) => (index % 2 === 0 ? literally(part) : this.#pattern(part, seen)));
    const found = new RegExp(`^${pattern.join('')}$`, 's').exec(actual);
    if (!found) return expected;
    for (const [index, name] of seen.entries()) this.set(name, found[index + 1] ?? '');
    return actual;
  }

  /** An expected JSON value with the names in its texts replaced by what they match; keys count as they are, but for `…`. */
  matchJson(expected: unknown, actual: unknown): unknown {
    if (typeof expected === 'string') return this.match(expected, actual);
    if (typeof expected !== 'object' || expected === null) return expected;
    const inActual = typeof actual === 'object' && actual !== null ? (actual as Record<string, unknown>) : {};
    if (Array.isArray(expected)) return expected.map((item, index) => this.matchJson(item, inActual[index]));
    const { '…': rest, ...named } = expected as Record<string, unknown>;
    const matched = Object.entries(named).map(([key, value]) => [key, this.matchJson(value, inActual[key])]);
    return { ...(rest !== undefined && inActual), ...Object.fromEntries(matched) };
  }

  #pattern(name: string, seen: string[]): string {
    if (name === 'any') return '.+?';
    const value = this.#values.get(name);
    if (value !== undefined) {
      this.#unused.delete(name);
      return literally(value);
    }
    assert.notEqual(name, 'request_id', 'the answer has no request id');
    assert.ok(!seen.includes(name), `{${name}} twice before it stands for something`);
    seen.push(name);
    return '([^\\s"&]+)';
  }
}

function literally(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
}

export function isRequestId(text: string | undefined): text is string {
  return text !== undefined && new RegExp(`^${requestId}$`).test(text);
}
