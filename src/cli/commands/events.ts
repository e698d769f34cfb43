import type { Command } from 'commander';
import type { BlockEvent, Gatehouse } from '../../client/index.ts';
import { when } from '../output.ts';
import { type Session, type SessionOptions, talks, toCount } from '../session.ts';
import type { Column } from '../table.ts';
import { dataOf, idsOf, originOf } from './blocks.ts';

interface EventOptions extends SessionOptions {
  readonly follow?: true;
  readonly last?: number;
}

type Trouble = (error: Error) => void;

/** `events`: the log of a number. */
export function addEvents(program: Command, session: Session): void {
  talks(program.command('events'))
    .description('Read the log of a number, oldest first')
    .argument('<number>', 'the phone_number_id')
    .option('-f, --follow', 'go on with what is added, until Ctrl-C')
    .option('-n, --last <count>', 'begin with the last so many', toCount)
    .action(async (number: string, options: EventOptions) => {
      const { gatehouse, output } = session.begin(options);
      const trouble: Trouble = ({ message }) => output.note(`gatehouse: ${message} Still trying.`);
      await output.rows(pagesOf(gatehouse, number, options, trouble), columns, 'The log is empty.');
    });
}

async function* pagesOf(gatehouse: Gatehouse, number: string, { follow, last }: EventOptions, onTrouble: Trouble) {
  let after: string | undefined;
  if (last !== undefined) {
    let rows: readonly BlockEvent[] = [];
    for await (const { data, cursor } of gatehouse.events.list(number).pages()) {
      rows = [...rows, ...data].slice(-last);
      after = cursor ?? after;
    }
    yield rows;
  } else if (!follow) {
    yield* dataOf(gatehouse.events.list(number).pages());
  }
  if (!follow) return;
  for await (const event of gatehouse.events.follow(number, { after, onTrouble })) yield [event];
}

const columns: readonly Column<BlockEvent>[] = [
  { title: 'ID', text: ({ id }) => id, width: 4 },
  { title: 'AT', text: ({ at }) => when(at), width: 20 },
  { title: 'ACTION', text: ({ action }) => action, width: 7 },
  { title: 'USER', text: ({ user }) => idsOf(user), width: 15 },
  { title: 'THROUGH', text: originOf },
  { title: 'WHY', text: ({ reason }) => reason ?? '' },
];
