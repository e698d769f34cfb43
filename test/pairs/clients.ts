/** Public clients as their users have them, but for the host. */
import { WhatsAppClient } from '@kapso/whatsapp-cloud-api';
import { WhatsAppAPI } from 'whatsapp-api-js';

export function kapsoByMeta(base: string, secret: string): WhatsAppClient {
  return new WhatsAppClient({ baseUrl: base, accessToken: secret });
}

export function kapsoByKapso(base: string, secret: string): WhatsAppClient {
  return new WhatsAppClient({ baseUrl: `${base}/meta/whatsapp`, kapsoApiKey: secret });
}

/** Its host is fixed: its `ponyfill.fetch` sends the same request to `base`. */
export function whatsappApiJs(base: string, secret: string): WhatsAppAPI {
  const moved = (url: unknown) => String(url).replace('https://graph.facebook.com', base);
  const ponyfill = { fetch: (url: unknown, init?: RequestInit) => fetch(moved(url), init) };
  return new WhatsAppAPI({ token: secret, v: 'v25.0', secure: false, ponyfill });
}
