/** The keys that secrets are kept with, as a setting names them: base64 of 32 bytes each, commas between. */
const base64 = /^[A-Za-z0-9+/]*={0,2}$/;
const keyBytes = 32;

export function parseSecretKeys(text: string): readonly Uint8Array[] | undefined {
  const all = decode(text);
  const keys = all.filter(isKey);
  return keys.length === all.length ? keys : undefined;
}

/** What is wrong with the first that is none, without showing it. */
export function faultOfSecretKeys(text: string): string {
  const keys = decode(text);
  const index = keys.findIndex((key) => !isKey(key));
  const bytes = keys[index];
  const what = bytes ? `of ${bytes.length} bytes` : 'with other characters';
  return keys.length === 1 ? `one ${what}` : `one ${what}, as number ${index + 1} is`;
}

function decode(text: string): readonly (Uint8Array | undefined)[] {
  const parts = text.split(',').map((part) => part.trim());
  return parts.map((part) => (base64.test(part) ? new Uint8Array(Buffer.from(part, 'base64')) : undefined));
}

function isKey(bytes: Uint8Array | undefined): bytes is Uint8Array {
  return bytes?.length === keyBytes;
}
