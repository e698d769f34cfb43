/** What becomes of users' held messages when they are unblocked, also of those who were not blocked any more. */
import type { ListChange } from '../../core/ports.ts';
import { isUserId } from '../../core/user.ts';
import { keyOfApp } from './app-rows.ts';
import { targetOf } from './push-targets.ts';
import type { Holder, OpenList, WebhookTables } from './tables.ts';

/** Messages to be replayed stay held if they have no app to go on to. */
export function releaseHeld<List>(
  { held, routes }: WebhookTables<List>,
  change: ListChange,
  { list, find }: OpenList<List>,
): void {
  const { number, at } = change;
  const people = change.users.flatMap(({ user }) => (isUserId(user) ? (find(user)?.person ?? []) : []));
  const distinct = new Map(people.map((person) => [person.id, person]));
  const app = change.held === 'replay' ? routes.ofNumber(number)?.app : undefined;
  for (const person of distinct.values()) {
    const holder: Holder<List> = { list, person: person.id };
    if (change.held === 'delete') held.forget(holder);
    if (!app) continue;
    const keys = JSON.stringify([`${number}/${targetOf(person)}`]);
    held.replay(holder, { app: keyOfApp(app.owner), number, keys, at });
  }
}
