/** Carries out what a dialect understood, where it is answered here. */
import { changeUsers } from '../core/block-users.ts';
import { listBlockedIds } from '../core/list-blocked.ts';
import type { BusinessNumber } from '../core/numbers.ts';
import type { Actor, Clock, Pushing, Store } from '../core/ports.ts';
import { makeSentId } from '../core/send.ts';
import type { Command, Result } from '../dialects/dialect.ts';

export interface CarryOutDeps {
  readonly store: Store;
  readonly clock: Clock;
  /** Tells the providers of changes. */
  readonly pushing: Pushing;
}

/** A send is played: whether it may be was asked before. */
export async function carryOut(
  { store, clock, pushing }: CarryOutDeps,
  number: BusinessNumber,
  command: Command,
  by: Actor,
): Promise<Result> {
  const { lists } = store;
  if (command.kind === 'list') {
    const { cursorSecret } = store.installation;
    const page = await listBlockedIds({ lists, cursorSecret, number, paging: number.rules.paging }, command);
    return { kind: 'list', page };
  }
  if (command.kind === 'send') {
    const { sending } = command;
    return { kind: 'send', sending, id: makeSentId(sending.edge === 'calls' ? 'wacid' : 'wamid') };
  }
  const { kind, users } = command;
  return { kind, number, outcomes: await changeUsers({ lists, pushing }, number, kind, { users, by, at: clock() }) };
}
