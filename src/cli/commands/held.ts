import type { Command } from 'commander';
import type { HeldMessage } from '../../client/index.ts';
import { when } from '../output.ts';
import { type Session, type SessionOptions, talks } from '../session.ts';
import type { Column } from '../table.ts';

/** `held`: what a blocked user wrote, as far as it is kept. */
export function addHeld(program: Command, session: Session): void {
  talks(program.command('held'))
    .description('Show what is held of what a blocked user wrote, oldest first')
    .argument('<number>', 'the phone_number_id')
    .argument('<user>', 'a phone number, wa_id or BSUID')
    .action(async (number: string, user: string, options: SessionOptions) => {
      const { gatehouse, output } = session.begin(options);
      await output.rows(once(await gatehouse.held(number, user)), columns, 'Nothing is held.');
    });
}

async function* once<Row>(rows: readonly Row[]) {
  yield rows;
}

const columns: readonly Column<HeldMessage>[] = [
  { title: 'AT', text: ({ at }) => when(at) },
  { title: 'MESSAGE', text: ({ id }) => id },
  { title: 'BODY', text: ({ body }) => body },
];
