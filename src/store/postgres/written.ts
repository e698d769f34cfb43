/**
 * Tells whether a transaction was committed whose COMMIT was never answered: each puts its stamp on the number's row, and keeps
 * the one that it takes the place of if that is another node's. (PostgreSQL's own numbers of transactions may be given again
 * after a failover.)
 */
import { randomUUID } from 'node:crypto';
import { isNumber, lockLine } from './lines.ts';
import type { Sessions } from './session.ts';
import type { Line } from './working-table.ts';
import { runTogether, toWrite, type Write } from './write.ts';

/** Longer than any connection hangs, and any process waits for it. */
const keptFor = 86_400_000;

/** Which node wrote, and which of its writes it was. No two writes have the same. */
export interface Stamp {
  /** Empty: nobody wrote yet. */
  readonly by: string;
  readonly last: number;
}

const keep = {
  name: 'keep_written',
  text: `INSERT INTO group_written (number, node, last, at) SELECT $1, $2, $3::bigint, $4::bigint FROM :once
         ON CONFLICT (number, node) DO UPDATE SET last = excluded.last, at = excluded.at`,
};

const forget = {
  name: 'forget_written',
  text: 'DELETE FROM group_written WHERE number = $1 AND node <> $2 AND at < $3 AND :unmoved',
};

const keepOther = {
  name: 'keep_written_before',
  text: `INSERT INTO group_written (number, node, last, at)
         SELECT number, written_by, written, $3 FROM number_state
         WHERE number = $1 AND written_by <> '' AND written_by <> $2
         ON CONFLICT (number, node) DO UPDATE SET last = excluded.last, at = excluded.at`,
};

const stamp = {
  name: 'stamp_number',
  text: 'UPDATE number_state SET written_by = $2, written = $3 WHERE number = $1',
};

// Each writes, though nothing else than it was: see `UnknownOutcome`.
const confirmStamp = {
  name: 'confirm_stamp',
  text: 'UPDATE number_state SET written = written WHERE number = $1 AND written_by = $2 AND written = $3',
};

const confirmKept = {
  name: 'confirm_written',
  text: 'UPDATE group_written SET at = $4 WHERE number = $1 AND node = $2 AND last = $3',
};

export class Written {
  /** A process that begins anew is another one. */
  readonly #node = randomUUID();
  readonly #tidied = new Set<Line>();
  #last = 0;

  /** The stamp of a transaction that is about to begin. */
  next(): Stamp {
    this.#last += 1;
    return { by: this.#node, last: this.#last };
  }

  /**
   * What is written beside the row of a number that gets this stamp in place of the one before; of a line without such a row,
   * in its stead.
   */
  beside(line: Line, mine: Stamp, before: Stamp | undefined): Write[] {
    const now = Date.now();
    const kept = before ?? mine;
    // Whoever wrote before finds it on the row itself as long as nobody else has.
    const isOnRow = before !== undefined && (before.by === mine.by || before.by === '');
    return [...(isOnRow ? [] : [toWrite(keep, [line, kept.by, kept.last, now])]), ...this.#tidy(line, now)];
  }

  /** What a transaction writes that does not know the stamp before. */
  alone(line: Line, mine: Stamp): Write[] {
    const now = Date.now();
    if (!isNumber(line)) return this.beside(line, mine, undefined);
    return [
      toWrite(keepOther, [line, mine.by, now]),
      toWrite(stamp, [line, mine.by, mine.last]),
      ...this.#tidy(line, now),
    ];
  }

  /**
   * Whether the last transaction of this line was committed. That it was is told only after a write that comes after it. If it
   * was not, it is over, or a statement that is still to compare the stamp: it finds another one.
   */
  isCommitted(sessions: Sessions, line: Line, mine: Stamp): Promise<boolean> {
    return sessions.transaction(async (transaction) => {
      await lockLine(transaction, line);
      const values = [line, mine.by, mine.last];
      if ((await transaction.run(confirmStamp, values)) === 1) return true;
      if ((await transaction.run(confirmKept, [...values, Date.now()])) === 1) return true;
      await runTogether(transaction, this.alone(line, this.next()));
      return false;
    });
  }

  #tidy(line: Line, now: number): Write[] {
    if (this.#tidied.has(line)) return [];
    this.#tidied.add(line);
    return [toWrite(forget, [line, this.#node, now - keptFor])];
  }
}
