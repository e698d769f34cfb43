/** Webhooks at random: as values to reckon with, and written out with blanks, escapes and forms of numbers of every kind. */
import fc from 'fast-check';

/** A number as it is written. */
export class Written {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/** JSON with numbers as they are written. */
export type Value = null | boolean | string | Written | readonly Value[] | { readonly [name: string]: Value };

/** Somebody who writes: both ids are nobody else's. */
export interface Writer {
  readonly waId: string;
  readonly userId: string;
}

export const writers: readonly Writer[] = [1, 2, 3, 4].map((k) => ({ waId: `1650555000${k}`, userId: `US.${k}` }));

/** The writer whom an item is of, as the members of the one or the other kind name them. */
export function writerOf(item: Value, names: readonly [string, string]): Writer | undefined {
  const [phone, user] = names.map((name) => (item as { readonly [name: string]: Value } | null)?.[name]);
  return writers.find(({ waId, userId }) => waId === phone || userId === user);
}

const number = fc
  .constantFrom('1.50', '1e2', '-0', '0.0E+5', '12345678901234567890', '7')
  .map((text) => new Written(text));
const text = fc.string({ unit: 'grapheme', maxLength: 8 });
const scalar: fc.Arbitrary<Value> = fc.oneof(fc.constantFrom(null, true, false), number, text);
const { any } = fc.letrec<{ any: Value }>((tie) => ({
  any: fc.oneof(
    { depthSize: 'small' },
    scalar,
    fc.array(tie('any'), { maxLength: 3 }),
    fc.dictionary(text, tie('any'), { maxKeys: 3, noNullPrototype: true }),
  ),
}));

/** Members that mean nothing here. */
const others = fc.dictionary(fc.constantFrom('x', 'profile', 'text', '__proto__', 'é"\\'), any, {
  maxKeys: 2,
  noNullPrototype: false,
});

const identified = (names: readonly [string, string]) =>
  fc
    .tuple(fc.constantFrom(...writers), fc.constantFrom('phone', 'user', 'both'), others)
    .map(([{ waId, userId }, by, more]) => ({
      ...(by !== 'user' && { [names[0]]: waId }),
      ...more,
      ...(by !== 'phone' && { [names[1]]: userId }),
    }));

const contacts = fc.array(fc.oneof({ weight: 9, arbitrary: identified(['wa_id', 'user_id']) }, any), { maxLength: 4 });
const fromSomebody = fc.array(fc.oneof({ weight: 9, arbitrary: identified(['from', 'from_user_id']) }, any), {
  maxLength: 4,
});
const statuses = fc.array(others, { maxLength: 2 });

const inAnyOrder = (members: fc.Arbitrary<{ readonly [name: string]: Value }>) =>
  members
    .chain((one) => fc.shuffledSubarray(Object.entries(one), { minLength: Object.keys(one).length }))
    .map((entries) => Object.fromEntries(entries));

const value = inAnyOrder(
  fc.record(
    {
      messaging_product: fc.constant('whatsapp'),
      metadata: fc.record({ phone_number_id: fc.constantFrom('1', '2') }),
      contacts,
      messages: fromSomebody,
      statuses,
      calls: fromSomebody,
      unknown: any,
    },
    { requiredKeys: [] },
  ),
);

const change = fc.oneof(
  {
    weight: 9,
    arbitrary: inAnyOrder(fc.record({ field: fc.constant('messages'), value, x: any }, { requiredKeys: ['value'] })),
  },
  scalar,
);
const entry = fc.oneof(
  {
    weight: 9,
    arbitrary: fc.record({ id: any, changes: fc.array(change, { maxLength: 3 }) }, { requiredKeys: ['changes'] }),
  },
  scalar,
);

export const webhook = fc.record(
  { object: any, entry: fc.array(entry, { maxLength: 3 }), last: any },
  { requiredKeys: ['entry'] },
) as fc.Arbitrary<{ readonly [name: string]: Value }>;

/** Writes a value out; `dice` gives a number from 0 to `sides - 1`. */
export function write(value: Value, dice: (sides: number) => number): string {
  const blank = () => ['', '', '', ' ', '\n', '\t \r\n'][dice(6)] ?? '';
  const quoted = (content: string) => {
    const characters = [...content].map((character) => {
      const usual = JSON.stringify(character).slice(1, -1);
      if (dice(5) > 0) return usual;
      if (character === '/') return '\\/';
      return [...Array(character.length).keys()]
        .map((at) => `\\u${character.charCodeAt(at).toString(16).padStart(4, '0')}`)
        .join('');
    });
    return `"${characters.join('')}"`;
  };
  const listed = (parts: readonly string[]) => `${parts.map((part) => `${blank()}${part}${blank()}`).join(',')}`;
  const put = (one: Value): string => {
    if (typeof one === 'string') return quoted(one);
    if (one instanceof Written) return one.text;
    if (typeof one !== 'object' || one === null) return String(one);
    if (Array.isArray(one)) return `[${listed(one.map(put)) || blank()}]`;
    const members = Object.entries(one).map(([name, member]) => `${quoted(name)}${blank()}:${blank()}${put(member)}`);
    return `{${listed(members) || blank()}}`;
  };
  return `${blank()}${put(value)}${blank()}`;
}
