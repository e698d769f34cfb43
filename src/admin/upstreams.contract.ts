import type { BusinessNumber } from '../core/numbers.ts';
import type { Outcome } from '../core/outcome.ts';
import type { ProviderList, Stop, UnknownNumber, Upstreams } from '../core/ports.ts';
import { isUserId } from '../core/user.ts';

/** What stands for the providers: it notes what it is told, and says what the test lets it say. */
export interface TestUpstreams extends Upstreams {
  /** A word and a name or id for each thing that it was told. */
  readonly told: string[];
  /** What the provider says of the one user of a change. */
  answer: (outcome: Outcome) => Outcome;
  stopped: readonly Stop[];
  unknown: readonly UnknownNumber[];
  /** What the provider lists; an error is thrown. */
  list: ProviderList | Error;
}

export function testUpstreams(): TestUpstreams {
  const told: string[] = [];
  const upstreams: TestUpstreams = {
    told,
    stopped: [],
    unknown: [],
    list: { users: [], isComplete: true },
    answer: (outcome) => outcome,
    wake: ({ id }: BusinessNumber) => void told.push(`wake ${id}`),
    agree: async (number, goal, { users }) => {
      told.push(`${goal} ${number.id}`);
      return users.map(({ input, user }) =>
        upstreams.answer(
          isUserId(user)
            ? { kind: goal === 'block' ? 'added' : 'removed', input, user }
            : { kind: 'refused', input, why: user.kind },
        ),
      );
    },
    connectionChanged: (name) => void told.push(`connection ${name}`),
    numberChanged: ({ id }) => void told.push(`number ${id}`),
    readList: async () => {
      if (upstreams.list instanceof Error) throw upstreams.list;
      return upstreams.list;
    },
    stops: () => upstreams.stopped,
    unknownNumbers: () => upstreams.unknown,
  };
  return upstreams;
}
