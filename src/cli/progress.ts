/** How far a long command is, on the standard error: a bar on a terminal, else a line now and then. */
const width = 30;

export class ProgressLine {
  readonly #err: NodeJS.WriteStream;
  #step = '';
  #shown = -1;

  constructor(err: NodeJS.WriteStream = process.stderr) {
    this.#err = err;
  }

  /** What was done of how much in a step; 0 of 0 where that is not known. */
  show(step: string, done: number, total: number): void {
    const percent = total > 0 ? Math.floor((100 * done) / total) : 0;
    const isNew = step !== this.#step;
    const isFurther = percent >= this.#shown + (this.#err.isTTY ? 1 : 10);
    if (!isNew && !isFurther) return;
    this.#step = step;
    this.#shown = percent;
    const text = total > 0 ? `${step} ${percent} %` : step;
    if (!this.#err.isTTY) {
      this.#err.write(`${text}\n`);
      return;
    }
    const full = Math.round((width * percent) / 100);
    const bar = total > 0 ? `[${'#'.repeat(full)}${' '.repeat(width - full)}] ` : '';
    this.#err.write(`\r\u001b[K${bar}${text}`);
  }

  /** Makes room for what comes after it. */
  end(): void {
    if (this.#err.isTTY && this.#step !== '') this.#err.write('\r\u001b[K');
    this.#step = '';
  }
}
