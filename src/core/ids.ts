/**
 * The identifiers of the domain. Each is a branded string that only its parser can make, so that behind the border
 * no raw text is taken for an id. A parser gives `undefined` for what it refuses; the caller knows which error that is.
 */
declare const brand: unique symbol;
type Branded<Name extends string> = string & { readonly [brand]: Name };

/** The id of a business phone number, as every provider's path names it: decimal digits, no leading zero. */
export type PhoneNumberId = Branded<'PhoneNumberId'>;
/** A WhatsApp user's phone number as WhatsApp writes it: 7 to 15 digits with the country code, no plus. */
export type WaId = Branded<'WaId'>;
/** A business-scoped user id (BSUID), for example `US.13491208655302741918`. */
export type Bsuid = Branded<'Bsuid'>;
/** The name of an account: lower-case letters, digits, `-` and `_`, at most 64 of them. */
export type AccountName = Branded<'AccountName'>;
/** The name of a connection to a provider: as an account's. */
export type ConnectionName = Branded<'ConnectionName'>;
/** The id of a delivery: `dlv_` and 22 characters; it stays the same when it is repeated. */
export type DeliveryId = Branded<'DeliveryId'>;
/** The id of a key (not its secret): `key_` and 16 characters. */
export type KeyId = Branded<'KeyId'>;
/** The SHA-256 of a secret, in base64url: all that is ever kept of it. */
export type SecretHash = Branded<'SecretHash'>;
/** A secret as it is kept where it has to be read again: encrypted (`sealing.ts`). */
export type SealedSecret = Branded<'SealedSecret'>;

export function parsePhoneNumberId(text: string): PhoneNumberId | undefined {
  return /^[1-9]\d{0,31}$/.test(text) ? (text as PhoneNumberId) : undefined;
}

/**
 * Takes a phone number in any accepted writing (a leading plus, spaces, hyphens, dots, parentheses) or a wa_id.
 * A country code is required, so the first digit is never 0.
 */
export function parseWaId(text: string): WaId | undefined {
  if (text.length > 64 || !/^ *\+?[\d .()-]+$/.test(text)) return undefined;
  const digits = text.replace(/\D/g, '');
  return /^[1-9]\d{6,14}$/.test(digits) ? (digits as WaId) : undefined;
}

export function parseBsuid(text: string): Bsuid | undefined {
  return /^[A-Z]{2}\.[A-Za-z0-9]{1,128}$/.test(text) ? (text as Bsuid) : undefined;
}

/** A parent BSUID (`US.ENT.…`) names a user for a group of businesses; it can be neither blocked nor unblocked. */
export function isParentBsuid(text: string): boolean {
  return /^[A-Z]{2}\.ENT\.[A-Za-z0-9]{1,128}$/.test(text);
}

export function parseAccountName(text: string): AccountName | undefined {
  return /^[a-z0-9][a-z0-9_-]{0,63}$/.test(text) ? (text as AccountName) : undefined;
}

export function parseConnectionName(text: string): ConnectionName | undefined {
  return /^[a-z0-9][a-z0-9_-]{0,63}$/.test(text) ? (text as ConnectionName) : undefined;
}

export function parseDeliveryId(text: string): DeliveryId | undefined {
  return /^dlv_[A-Za-z0-9_-]{22}$/.test(text) ? (text as DeliveryId) : undefined;
}

export function parseKeyId(text: string): KeyId | undefined {
  return /^key_[A-Za-z0-9_-]{16}$/.test(text) ? (text as KeyId) : undefined;
}
