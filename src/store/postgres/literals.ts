/**
 * Arrays as PostgreSQL reads them, of numbers and ids, which need no quotes. The driver looks at each character of each element,
 * which is most of what a block of a thousand users costs it; texts that somebody wrote are left to it.
 */
export function arrayOf(values: readonly (number | string)[]): string {
  return `{${values.join(',')}}`;
}
