import { createInterface } from 'node:readline';

/** The users named by arguments; `-` stands for the lines of the standard input. */
export async function* usersOf(args: readonly string[]): AsyncGenerator<string, void, undefined> {
  for (const arg of args) {
    if (arg !== '-') {
      yield arg;
      continue;
    }
    for await (const line of createInterface({ input: process.stdin, crlfDelay: Number.POSITIVE_INFINITY })) {
      if (line.trim() !== '') yield line.trim();
    }
  }
}
