/** Runs reads of one number's list, which it finds by the integer that stands for the number. */
import { Refusal } from '../../core/errors.ts';
import type { PhoneNumberId } from '../../core/ids.ts';
import type { DirectoryMemory } from './directory-memory.ts';
import type { HostedNumber, Numbers } from './numbers.ts';
import type { Reader } from './reader.ts';

export class ListReader {
  readonly #reader: Reader;
  readonly #memory: DirectoryMemory;
  readonly #numbers: Numbers;

  constructor(reader: Reader, memory: DirectoryMemory, numbers: Numbers) {
    this.#reader = reader;
    this.#memory = memory;
    this.#numbers = numbers;
  }

  /** Reads the list of a number that is there; else refuses with `number_not_found`. */
  read<Value>(number: PhoneNumberId, work: (hosted: HostedNumber) => Value): Promise<Value> {
    return this.#reader.read(() => work(this.#find(number)));
  }

  /** The same for a read of one statement: of a number that is remembered it needs no other. */
  readOne<Value>(number: PhoneNumberId, work: (hosted: HostedNumber) => Value): Promise<Value> {
    const known = this.#memory.known(this.#memory.numbers, number);
    return known ? this.#reader.readOne(() => work(known)) : this.read(number, work);
  }

  #find(number: PhoneNumberId): HostedNumber {
    const { numbers } = this.#memory;
    const hosted = this.#memory.recall(numbers, number, () => this.#numbers.hosted(number));
    if (!hosted) throw new Refusal({ kind: 'number_not_found', asked: number });
    return hosted;
  }
}
