/** The messages of blocked users that are kept until somebody decides. */
import type { PhoneNumberId } from '../../core/ids.ts';
import type { HeldMessage } from '../../core/ports.ts';
import type { HeldTable, Holder, Replay } from '../changes/tables.ts';
import { countDeliveries } from './delivery-writes.ts';
import type { Session } from './session.ts';
import type { Line, WorkingContext } from './working-table.ts';
import { toWrite, type Write } from './write.ts';

interface HeldRow extends HeldMessage {
  readonly person: number;
  readonly keptAt: number;
  readonly bytes: number;
}

/** Whose messages may be touched. */
export interface HeldNeeds {
  /** Messages may be kept. */
  readonly keeps: boolean;
  /** Who may have messages that are let go; `undefined`: nobody has. */
  readonly people: readonly number[] | undefined;
}

export class WorkingHeld implements HeldTable<PhoneNumberId> {
  readonly #line: Line;
  readonly #context: WorkingContext;
  readonly #added: HeldRow[] = [];
  #holders: ReadonlySet<number> | undefined;
  #bytes: number | undefined;

  constructor(context: WorkingContext) {
    this.#line = context.line;
    this.#context = context;
  }

  async load(session: Session, { keeps, people }: HeldNeeds): Promise<void> {
    const [holders, size] = await Promise.all([
      people && session.query<{ readonly person: number }>(holdersSql, [this.#line, people]),
      keeps ? session.query<{ readonly bytes: number }>(sizeSql, [this.#line]) : undefined,
    ]);
    this.#holders = holders && new Set(holders.map(({ person }) => person));
    this.#bytes = size && (size[0]?.bytes ?? 0);
  }

  keep({ person }: Holder<PhoneNumberId>, message: HeldMessage, keptAt: number, maxBytes: number): void {
    const { journal, defer } = this.#context;
    const before = this.#bytes;
    if (before === undefined) throw new Error(`how much is held of ${this.#line} was not read`);
    const bytes = Buffer.byteLength(message.body);
    this.#added.push({ ...message, person, keptAt, bytes });
    this.#bytes = before + bytes;
    journal.note(() => {
      this.#added.pop();
      this.#bytes = before;
    });
    if (this.#bytes > maxBytes) defer(toWrite(dropOldestSql, [this.#line, maxBytes]));
  }

  move(_list: PhoneNumberId, from: number, to: number): void {
    this.#context.defer(toWrite(moveSql, [this.#line, from, to]));
  }

  replay({ person }: Holder<PhoneNumberId>, { app, number, keys, at }: Replay): void {
    if (this.#mayHold(person)) this.#context.defer(toWrite(replaySql, [this.#line, person, app, number, keys, at]));
  }

  forget({ person }: Holder<PhoneNumberId>): void {
    if (this.#mayHold(person)) this.#context.defer(toWrite(forgetSql, [this.#line, person]));
  }

  takeWrites(): Write[] {
    const rows = this.#added.splice(0);
    if (rows.length === 0) return [];
    const column = <Value>(of: (row: HeldRow) => Value) => rows.map(of);
    const bytes = column((row) => row.bytes);
    return [
      toWrite(addSql, [
        this.#line,
        column(({ person }) => person),
        // What PostgreSQL has no room for in a text.
        column(({ id }) => id.replaceAll('\0', '\ufffd')),
        column(({ at }) => at),
        column(({ keptAt }) => keptAt),
        bytes,
        column(({ body }) => body),
      ]),
      toWrite(countSql, [this.#line, rows.length, bytes.reduce((sum, one) => sum + one, 0)]),
    ];
  }

  #mayHold(person: number): boolean {
    return !this.#holders || this.#holders.has(person) || this.#added.some((row) => row.person === person);
  }
}

/** Takes what the rows of `gone` were from a number's counts. */
export const uncountHeld = `UPDATE held_count SET
    messages = messages - (SELECT count(*) FROM gone),
    bytes = bytes - (SELECT coalesce(sum(bytes), 0) FROM gone)
  WHERE number = $1`;

const holdersSql = {
  name: 'held_holders',
  text: 'SELECT DISTINCT person FROM held WHERE number = $1 AND person = ANY($2::bigint[])',
};

const sizeSql = { name: 'held_size', text: 'SELECT bytes FROM held_count WHERE number = $1' };

const addSql = {
  name: 'held_add',
  text: `INSERT INTO held (number, seq, person, id, at, kept_at, bytes, body)
    SELECT $1, nextval('held_seq'), person, id, at, kept_at, bytes, body
    FROM (
      SELECT * FROM unnest($2::bigint[], $3::text[], $4::bigint[], $5::bigint[], $6::int[], $7::text[])
        WITH ORDINALITY AS added (person, id, at, kept_at, bytes, body, place)
      ORDER BY place) AS added`,
};

const countSql = {
  name: 'held_count_add',
  text: `INSERT INTO held_count (number, messages, bytes) VALUES ($1, $2, $3)
    ON CONFLICT (number) DO UPDATE SET
      messages = held_count.messages + excluded.messages, bytes = held_count.bytes + excluded.bytes`,
};

/** At most so many go at once: more do when more is kept. */
const slice = 10_000;

const dropOldestSql = {
  name: 'held_drop_oldest',
  text: `WITH oldest AS (
      SELECT seq, sum(bytes) OVER (ORDER BY seq) - bytes AS before
      FROM (SELECT seq, bytes FROM held WHERE number = $1 ORDER BY seq LIMIT ${slice}) AS first
    ), gone AS (
      DELETE FROM held
      WHERE number = $1 AND seq IN (
        SELECT seq FROM oldest, held_count WHERE number = $1 AND before < held_count.bytes - $2::bigint)
      RETURNING bytes
    )
    ${uncountHeld}`,
};

const moveSql = {
  name: 'held_move',
  text: 'UPDATE held SET person = $3 WHERE number = $1 AND person = $2',
};

const forgetSql = {
  name: 'held_forget',
  text: `WITH gone AS (DELETE FROM held WHERE number = $1 AND person = $2 RETURNING bytes) ${uncountHeld}`,
};

/** Of a random UUID these bytes are all random. */
const randomTail = `substring(uuid_send(gen_random_uuid()) FOR 6) || substring(uuid_send(gen_random_uuid()) FROM 11 FOR 4)`;

const replaySql = {
  name: 'held_replay',
  text: `WITH gone AS (
      DELETE FROM held WHERE number = $1 AND person = $2 RETURNING seq, bytes, body
    ), added AS (
      INSERT INTO delivery
        (app, seq, tail, number, keys, is_blocked, created_at, attempts, due, bytes, body)
      SELECT $3, nextval('delivery_seq'), ${randomTail}, $4, $5, false, $6::bigint, 0, $6::bigint, bytes, body
      FROM (SELECT * FROM gone ORDER BY seq) AS ordered
    ), counted AS (
      ${countDeliveries(
        `SELECT $3 AS app, count(*) AS waiting, coalesce(sum(bytes), 0) AS waiting_bytes,
           0 AS given_up, 0 AS given_up_bytes
         FROM gone HAVING count(*) > 0`,
      )}
    )
    ${uncountHeld}`,
};
