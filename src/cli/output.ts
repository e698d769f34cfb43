/** Prints for people, or with --json for programs: a JSON value a line. */
import { styleText } from 'node:util';
import { type Column, Table } from './table.ts';

export type Style = 'bold' | 'dim' | 'green' | 'red' | 'yellow';

export class Output {
  readonly isJson: boolean;
  readonly #out: NodeJS.WritableStream;
  readonly #err: NodeJS.WritableStream;

  constructor(
    isJson: boolean,
    out: NodeJS.WritableStream = process.stdout,
    err: NodeJS.WritableStream = process.stderr,
  ) {
    this.isJson = isJson;
    this.#out = out;
    this.#err = err;
  }

  /** The value for programs, the text for people; resolves when the reader can take more. */
  async line(value: unknown, text: string): Promise<void> {
    await write(this.#out, `${this.isJson ? JSON.stringify(value) : text}\n`);
  }

  /** Rows as they come, under one heading for people; `nothing` tells people that there are none. */
  async rows<Row>(
    pages: AsyncIterable<readonly Row[]> | Iterable<readonly Row[]>,
    columns: readonly Column<Row>[],
    nothing: string,
  ): Promise<void> {
    const table = new Table(columns);
    let isEmpty = true;
    for await (const rows of pages) {
      if (rows.length === 0) continue;
      const lines = this.isJson ? rows.map((row) => JSON.stringify(row)) : table.lines(rows);
      if (isEmpty && !this.isJson) lines.unshift(this.paint('bold', table.heading()));
      isEmpty = false;
      await write(this.#out, `${lines.join('\n')}\n`);
    }
    if (isEmpty && !this.isJson) this.note(nothing);
  }

  /** Something beside the result, for people. */
  note(text: string): void {
    this.#err.write(`${plain(text)}\n`);
  }

  /** In colour if the reader is a terminal and NO_COLOR does not forbid it. */
  paint(style: Style, text: string): string {
    return styleText(style, text, { stream: this.#out });
  }
}

/** Without what could steer a terminal: names and reasons are other people's. */
export function plain(text: string): string {
  return text.replace(/(?!\n)\p{Cc}/gu, '\ufffd');
}

/** A time as people read it. */
export function when(time: string): string {
  return time.replace('T', ' ').replace(/\.\d+Z$/, 'Z');
}

async function write(stream: NodeJS.WritableStream, text: string): Promise<void> {
  if (!stream.write(text)) await new Promise((resolve) => stream.once('drain', resolve));
}
