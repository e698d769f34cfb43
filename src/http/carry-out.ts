/** Carries out what a dialect understood, where it is answered here. */
import { changeUsers } from '../core/block-users.ts';
import { listBlockedIds } from '../core/list-blocked.ts';
import type { BusinessNumber } from '../core/numbers.ts';
import type { Actor, Clock, Forwarding, Pushing, Store } from '../core/ports.ts';
import { reportSent } from '../core/sandbox.ts';
import { makeSentId } from '../core/send.ts';
import type { Command, Result, Sending } from '../dialects/dialect.ts';

export interface CarryOutDeps {
  readonly store: Store;
  readonly clock: Clock;
  /** Tells the providers of changes. */
  readonly pushing: Pushing;
  /** Tells the apps what became of what is sent. */
  readonly forwarding: Pick<Forwarding, 'wake'>;
}

/** A send is played: whether it may be was asked before. */
export async function carryOut(
  deps: CarryOutDeps,
  number: BusinessNumber,
  command: Command,
  by: Actor,
): Promise<Result> {
  const { store, clock, pushing } = deps;
  const { lists } = store;
  if (command.kind === 'list') {
    const { cursorSecret } = store.installation;
    const page = await listBlockedIds({ lists, cursorSecret, number, paging: number.rules.paging }, command);
    return { kind: 'list', page };
  }
  if (command.kind === 'send') return playSend(deps, number, command.sending, by);
  const { kind, users } = command;
  return { kind, number, outcomes: await changeUsers({ lists, pushing }, number, kind, { users, by, at: clock() }) };
}

async function playSend(
  { store, clock, forwarding }: CarryOutDeps,
  number: BusinessNumber,
  sending: Sending,
  by: Actor,
): Promise<Result> {
  if (sending.edge === 'calls') return { kind: 'send', sending, id: makeSentId('wacid') };
  const id = makeSentId('wamid');
  const { directory, webhooks } = store;
  // Of `to` and `recipient` the first counts.
  const [to] = sending.to;
  if (to) await reportSent({ directory, webhooks, forwarding }, number, { id, to }, { by, at: clock() });
  return { kind: 'send', sending, id };
}
