import { isDeepStrictEqual } from 'node:util';
import type { Schema } from './routes.ts';

/** The schemas that the document tells once: every object schema that has a title. */
export class Components {
  readonly schemas: Record<string, unknown> = {};

  /** The schema with those inside that have a title put among the components, and itself if it has one. */
  lift(schema: Schema): Schema {
    const lifted = this.#liftMembers(schema);
    const title = schema['title'];
    if (typeof title !== 'string' || !('properties' in schema || 'anyOf' in schema)) return lifted;
    const name = toName(title);
    const known = this.schemas[name];
    if (known && !isDeepStrictEqual(known, lifted)) throw new Error(`Two schemas have the title ${title}`);
    this.schemas[name] = lifted;
    return { $ref: `#/components/schemas/${name}` };
  }

  #liftMembers(schema: Schema): Schema {
    return Object.fromEntries(
      Object.entries(schema).map(([keyword, value]) => [keyword, this.#liftIn(keyword, value)]),
    );
  }

  #liftIn(keyword: string, value: unknown): unknown {
    switch (keyword) {
      case 'properties':
        return mapValues(value as Readonly<Record<string, Schema>>, (one) => this.lift(one));
      case 'items':
      case 'contentSchema':
        return this.lift(value as Schema);
      case 'anyOf':
        return (value as readonly Schema[]).map((one) => this.lift(one));
      default:
        return value;
    }
  }
}

/** `Blocked users` → `BlockedUsers`. */
function toName(title: string): string {
  return title.replace(/(?:^|[^A-Za-z0-9]+)([A-Za-z0-9])/g, (_, first: string) => first.toUpperCase());
}

export function mapValues<A, B>(record: Readonly<Record<string, A>>, map: (value: A) => B): Record<string, B> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, map(value)]));
}
