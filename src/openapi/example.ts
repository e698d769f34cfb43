import { mapValues } from './components.ts';
import type { Schema } from './routes.ts';

/** Examples of a schema: its own, else one that is made of what its parts show. */
export function examplesOf(schema: Schema): readonly unknown[] {
  const { examples, anyOf, items, properties } = schema as {
    examples?: readonly unknown[];
    anyOf?: readonly Schema[];
    items?: Schema;
    properties?: Readonly<Record<string, Schema>>;
  };
  if (examples) return examples;
  if ('const' in schema) return [schema['const']];
  if ('enum' in schema) return [firstOf(schema['enum'])];
  if (anyOf) return examplesOf(firstOf(anyOf));
  if (properties) return [mapValues(properties, exampleOf)];
  return [items ? [exampleOf(items)] : plainExample(firstOf([schema['type']].flat()), schema)];
}

export function exampleOf(schema: Schema): unknown {
  return firstOf(examplesOf(schema));
}

function plainExample(type: unknown, { minimum = 0 }: Schema): unknown {
  switch (type) {
    case 'integer':
      return minimum;
    case 'boolean':
      return true;
    case 'string':
      return 'text';
    default:
      return null;
  }
}

function firstOf<Value>(values: unknown): Value {
  const [first] = values as readonly Value[];
  return first as Value;
}
