import { parseBsuid, parseWaId } from '../core/ids.ts';
import { phoneKey } from '../core/phone-variants.ts';
import { receiveMessage } from '../core/sandbox.ts';
import { makeSentId } from '../core/send.ts';
import type { AdminApp, AdminDeps } from './deps.ts';
import { actorOf, looks, parseField } from './fields.ts';
import { findNumber } from './numbers.ts';
import { invalid, Problem } from './problem.ts';
import { postMessage } from './schemas/sandbox.ts';

export function sandboxRoutes(app: AdminApp, deps: AdminDeps): void {
  app.post('/numbers/:phone_number_id/sandbox/messages', { schema: postMessage }, async (request) => {
    const { from, user_id: userText, name, text, sent_at: sentText } = request.body;
    const number = await findNumber(deps, request.params.phone_number_id);
    if (number.upstream) {
      const detail = 'The number has an upstream: its messages come from there.';
      throw new Problem('conflict', detail, { reason: 'has_upstream' });
    }
    const waId = parseField('from', from, parseWaId, looks.phone);
    if (phoneKey(waId) === phoneKey(number.waId))
      throw invalid({ field: 'from', detail: 'must be somebody else than the number itself.' });
    const userId = userText === undefined ? undefined : parseField('user_id', userText, parseBsuid, looks.userId);
    const at = deps.clock();
    const sentAt = sentText === undefined ? undefined : Date.parse(sentText);
    if (sentAt !== undefined && (sentAt > at || sentAt < 0))
      throw invalid({ field: 'sent_at', detail: 'must be a time in the past, and since 1970.' });
    const { webhooks } = deps.store;
    const id = makeSentId('wamid');
    const message = {
      id,
      waId,
      ...(userId !== undefined && { userId }),
      ...(name !== undefined && { name }),
      ...(text !== undefined && { text }),
      ...(sentAt !== undefined && { sentAt }),
    };
    const played = { by: actorOf(request), at };
    const { blocked } = await receiveMessage({ webhooks, forwarding: deps.forwarding }, number, message, played);
    return blocked ? { delivered: false, reason: 'blocked' as const } : { delivered: true, message_id: id };
  });
}
