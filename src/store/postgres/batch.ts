/**
 * Look-ups that wait together share one statement. Each is answered from a statement that was sent after it was asked for: what
 * another node had been told is done by then is seen.
 */

/** How many statements of one kind are under way at once: the server is at work on some while we are at another. */
const usualRunning = 3;
const maxTogether = 500;
/** So few share one statement: what each costs of its own would be more than what is gained side by side. */
const minTogether = 64;

interface Waiting<Asked, Answer> {
  readonly asked: Asked;
  resolve(answer: Answer | Promise<Answer>): void;
  reject(error: unknown): void;
}

export class Batch<Asked, Answer> {
  readonly #maxRunning: number;
  readonly #answer: (asked: readonly Asked[]) => Promise<readonly (Answer | Promise<Answer>)[]>;
  #waiting: Waiting<Asked, Answer>[] = [];
  #running = 0;
  #isScheduled = false;

  /**
   * `answer` gives one answer for each that is asked, in their order. With one statement under way at a time, who asked first is
   * answered first.
   */
  constructor(
    answer: (asked: readonly Asked[]) => Promise<readonly (Answer | Promise<Answer>)[]>,
    maxRunning = usualRunning,
  ) {
    this.#maxRunning = maxRunning;
    this.#answer = answer;
  }

  ask(asked: Asked): Promise<Answer> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ asked, resolve, reject });
      this.#schedule();
    });
  }

  #schedule(): void {
    if (this.#isScheduled || this.#running >= this.#maxRunning || this.#waiting.length === 0) return;
    this.#isScheduled = true;
    setImmediate(() => {
      this.#isScheduled = false;
      void this.#run(this.#waiting.splice(0, this.#share()));
      this.#schedule();
    });
  }

  /** How many of those that wait go next: all statements that may be under way get as many, so that they are at work side by side. */
  #share(): number {
    const share = Math.ceil(this.#waiting.length / (this.#maxRunning - this.#running));
    return Math.min(Math.max(share, minTogether), maxTogether);
  }

  async #run(group: readonly Waiting<Asked, Answer>[]): Promise<void> {
    this.#running += 1;
    try {
      const answers = await this.#answer(group.map(({ asked }) => asked));
      for (const [index, { resolve }] of group.entries()) resolve(answers[index] as Answer);
    } catch (error) {
      for (const { reject } of group) reject(error);
    } finally {
      this.#running -= 1;
      this.#schedule();
    }
  }
}
