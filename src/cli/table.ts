export interface Column<Row> {
  readonly title: string;
  readonly text: (row: Row) => string;
  /** At least so wide. */
  readonly width?: number;
}

const gap = '  ';

/** Rows as aligned lines. Rows that come later may widen a column, never narrow it. */
export class Table<Row> {
  readonly #columns: readonly Column<Row>[];
  readonly #widths: number[];

  constructor(columns: readonly Column<Row>[]) {
    this.#columns = columns;
    this.#widths = columns.map(({ title, width = 0 }) => Math.max(title.length, width));
  }

  /** Fits the rows that `lines` was given before. */
  heading(): string {
    return this.#line(this.#columns.map(({ title }) => title));
  }

  lines(rows: readonly Row[]): string[] {
    const cells = rows.map((row) => this.#columns.map(({ text }) => text(row).replace(/\p{Cc}/gu, '\ufffd')));
    for (const line of cells) {
      for (const [index, cell] of line.entries()) {
        this.#widths[index] = Math.max(this.#widths[index] ?? 0, cell.length);
      }
    }
    return cells.map((line) => this.#line(line));
  }

  #line(cells: readonly string[]): string {
    return cells
      .map((cell, index) => cell.padEnd(this.#widths[index] ?? 0))
      .join(gap)
      .trimEnd();
  }
}
