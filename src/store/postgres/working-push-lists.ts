/** The list of the number, if it is pushed. */
import type { PhoneNumberId } from '../../core/ids.ts';
import type { Upstream } from '../../core/numbers.ts';
import type { PushedList, PushListsTable } from '../changes/tables.ts';
import type { WorkingContext } from './working-table.ts';
import { toWrite, type Write } from './write.ts';

export interface PushListRow {
  /** Entries up to this were there before the provider's list was. */
  readonly through: number;
}

export class WorkingPushLists implements PushListsTable<PhoneNumberId> {
  readonly #number: PhoneNumberId;
  #row: PushListRow | undefined;
  #upstream: Upstream | undefined;
  #occupied = 0;

  constructor({ line }: WorkingContext) {
    this.#number = line as PhoneNumberId;
  }

  load(row: PushListRow | undefined, upstream: Upstream | undefined): void {
    this.#row = row;
    this.#upstream = upstream;
  }

  get through(): number {
    return this.#row?.through ?? 0;
  }

  of(number: PhoneNumberId): PushedList<PhoneNumberId> | undefined {
    if (number !== this.#number) throw new Error(`the pushed list of ${number} was not read`);
    return this.#row && { list: number, through: this.#row.through };
  }

  ofUpstream(number: PhoneNumberId, upstream: Upstream, asOf: number): PushedList<PhoneNumberId> | undefined {
    const pushed = this.of(number);
    const { connection, numberId } = this.#upstream ?? {};
    const isSame = connection === upstream.connection && numberId === upstream.numberId;
    return pushed && isSame && pushed.through <= asOf ? pushed : undefined;
  }

  /** So many places are taken, or, negative, free; to be told when all is decided. */
  occupy(by: number): void {
    this.#occupied += by;
  }

  takeWrites(): Write[] {
    return this.#occupied === 0 ? [] : [toWrite(occupySql, [this.#number, this.#occupied])];
  }
}

const occupySql = {
  name: 'push_list_occupy',
  text: 'UPDATE push_list SET occupied = occupied + $2 WHERE number = $1',
};
