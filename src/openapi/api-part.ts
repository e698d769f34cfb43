import type { Schema } from './routes.ts';

/** What the document says of the routes under a prefix besides their schemas. */
export interface ApiPart {
  readonly prefix: string;
  /** Goes before the ids of the part's operations. */
  readonly idPrefix: string;
  readonly tags: readonly { readonly name: string; readonly description: string }[];
  /** By name; a caller needs one of them. */
  readonly securitySchemes: Readonly<Record<string, Schema>>;
  /** String formats of the part's own, and the keywords that stand for each. */
  readonly formats: Readonly<Record<string, Schema>>;
}

/** Everything that is no API of its own. */
export const serverPart: ApiPart = {
  prefix: '/',
  idPrefix: '',
  tags: [{ name: 'Server', description: 'Health, metrics, this document and its page. No key is needed.' }],
  securitySchemes: {},
  formats: {},
};
