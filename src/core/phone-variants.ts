import type { WaId } from './ids.ts';

/** What all writings of one person's number have in common: the form that variants share, else the number itself. */
export function phoneKey(waId: WaId): string {
  return variantKey(waId) ?? waId;
}

/**
 * The form that all writings of one person's mobile number share, in the countries where WhatsApp's wa_id and the
 * dialled number are known to differ: Brazil (the ninth digit), Mexico (`521…`), Argentina (`549…`).
 * `undefined` where a number has one form only. Equal keys make candidates, not certainty: what a message reports as
 * the sender's wa_id settles it.
 */
export function variantKey(waId: WaId): string | undefined {
  const brazil = /^55(\d{2})9?([6-9]\d{7})$/.exec(waId);
  if (brazil) return `55${brazil[1]}${brazil[2]}`;
  const mexico = /^521?(\d{10})$/.exec(waId);
  if (mexico) return `52${mexico[1]}`;
  const argentina = /^549?(\d{10})$/.exec(waId);
  if (argentina) return `54${argentina[1]}`;
  return undefined;
}
