/**
 * The users of the benchmark: a numbered universe of phone numbers in no order, so that `n` of them need no memory and
 * none is met twice. User `i` is the same in every process and every run.
 */

/** Users from here on are in no list that a scenario fills at its beginning. */
export const firstNewcomer = 0x8000_0000;

/** A phone number of 13 digits. Every step is reversible on 32 bits, so no two numbers share one (murmur3's finalizer). */
export function phoneOf(user: number): string {
  let mixed = user | 0;
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  mixed ^= mixed >>> 16;
  return `491${String(mixed >>> 0).padStart(10, '0')}`;
}
