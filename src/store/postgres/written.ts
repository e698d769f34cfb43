/**
 * Tells whether a transaction was committed whose COMMIT was never answered: each writes its number, which grows, for this
 * process. (PostgreSQL's own numbers of transactions may be given again after a failover.)
 */
import { randomUUID } from 'node:crypto';
import { lockLine } from './lines.ts';
import type { Sessions } from './session.ts';
import type { Line } from './working-table.ts';
import { toWrite, type Write } from './write.ts';

/** Longer than any connection hangs, and any process waits for it. */
const keptFor = 86_400_000;

const put = {
  name: 'put_written',
  text: `INSERT INTO group_written (number, node, last, at) VALUES ($1, $2, $3, $4)
         ON CONFLICT (number, node) DO UPDATE SET last = excluded.last, at = excluded.at`,
};

const confirm = {
  name: 'confirm_written',
  text: 'UPDATE group_written SET at = $4 WHERE number = $1 AND node = $2 AND last >= $3',
};

const forget = {
  name: 'forget_written',
  text: 'DELETE FROM group_written WHERE number = $1 AND node <> $2 AND at < $3',
};

export class Written {
  /** A process that begins anew is another one. */
  readonly #node = randomUUID();
  readonly #tidied = new Set<Line>();
  #last = 0;

  /** The number of a transaction that is about to begin. */
  next(): number {
    this.#last += 1;
    return this.#last;
  }

  /** What the transaction has to write. */
  writes(line: Line, mine: number): Write[] {
    const now = Date.now();
    const own = toWrite(put, [line, this.#node, mine, now]);
    if (this.#tidied.has(line)) return [own];
    this.#tidied.add(line);
    return [own, toWrite(forget, [line, this.#node, now - keptFor])];
  }

  /** Waits until the transaction is over. That it was committed is told only after a write that comes after it. */
  isCommitted(sessions: Sessions, line: Line, mine: number): Promise<boolean> {
    return sessions.transaction(async (transaction) => {
      await lockLine(transaction, line);
      return (await transaction.run(confirm, [line, this.#node, mine, Date.now()])) === 1;
    });
  }
}
