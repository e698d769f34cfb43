/** What the suite has to know of a dialect to speak to it. */
export interface DialectWire {
  /** The block list of `numberId`. */
  readonly path: string;
  /** The headers that present a secret. */
  readonly present: (secret: string) => Readonly<Record<string, string>>;
  readonly productRequired: boolean;
  /** The name by which the documented schemas are kept. */
  readonly documented: string;
}
