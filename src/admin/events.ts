import { Refusal } from '../core/errors.ts';
import type { PhoneNumberId } from '../core/ids.ts';
import { StableCursors } from '../core/paging.ts';
import type { BlockEvent } from '../core/ports.ts';
import { renderIds, renderOrigin } from './block-state.ts';
import type { AdminApp, AdminDeps } from './deps.ts';
import { parseKnownNumber, toTime } from './fields.ts';
import { limitOf, renderPage } from './paging.ts';
import { listEvents } from './schemas/events.ts';

export function eventRoutes(app: AdminApp, deps: AdminDeps): void {
  app.get('/numbers/:phone_number_id/events', { schema: listEvents }, async (request) => {
    const number = parseKnownNumber(request.params.phone_number_id);
    const limit = limitOf(request.query);
    const cursors = cursorsOf(deps, number);
    const after = parseAfter(cursors, request.query.after);
    const { events, hasMore } = await deps.store.lists.events(number, after, limit);
    const [first, last] = [events.at(0), events.at(-1)];
    return renderPage(deps, request, {
      data: events.map(renderEvent),
      limit,
      cursors: first && last && { before: cursors.render(first.seq), after: cursors.render(last.seq) },
      hasAfter: hasMore,
    });
  });
}

function cursorsOf(deps: AdminDeps, number: PhoneNumberId): StableCursors {
  return new StableCursors(deps.store.installation.cursorSecret, `events ${number}`);
}

function parseAfter(cursors: StableCursors, text: string | undefined): number {
  if (text === undefined) return 0;
  const seq = cursors.parse(text);
  if (seq === undefined) throw new Refusal({ kind: 'invalid_cursor', name: 'after' });
  return seq;
}

function renderEvent(event: BlockEvent) {
  return {
    id: String(event.seq),
    at: toTime(event.at),
    action: event.action,
    user: renderIds(event.user),
    ...renderOrigin(event),
  };
}
