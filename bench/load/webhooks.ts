import { createHmac, randomBytes } from 'node:crypto';
import { phoneOf } from '../users.ts';
import type { Requests } from './job.ts';

/** Gives a signed POST, of a message that was never sent, each time it is called. */
export function webhookSource({ head, body, secret, count }: Extract<Requests, { kind: 'webhooks' }>): () => string {
  const run = `wamid.HBgM${randomBytes(12).toString('hex').toUpperCase()}`;
  const pieces = body.split(/(\{USER\}|\{ID\})/);
  let sent = 0;
  return () => {
    const user = phoneOf(Math.floor(Math.random() * count));
    sent += 1;
    const id = `${run}${sent.toString(16).toUpperCase().padStart(10, '0')}`;
    const text = pieces.map((piece) => (piece === '{USER}' ? user : piece === '{ID}' ? id : piece)).join('');
    const signature = createHmac('sha256', secret).update(text, 'latin1').digest('hex');
    return `${head}X-Hub-Signature-256: sha256=${signature}\r\nContent-Length: ${text.length}\r\n\r\n${text}`;
  };
}
