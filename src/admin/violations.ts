/** Puts the findings of ajv into plain words, one for each field that is wrong. */
import type { ErrorObject } from 'ajv';
import { orList } from './fields.ts';
import { formats } from './formats.ts';
import type { Violation } from './problem.ts';

/** Told in one answer, at most. */
const maxViolations = 100;
/** A name that a stranger chose is shown up to here. */
const maxNameLength = 100;

/** `part` is what of the request was checked: `body`, `querystring` or `params`. */
export function violationsOf(errors: readonly ErrorObject[], part: string): Violation[] {
  const choices = errors.filter(({ keyword }) => keyword === 'anyOf');
  const pointless = new Set(choices.flatMap((choice) => besideThePoint(choice, errors)));
  const told = errors.filter((error) => !pointless.has(error)).slice(0, maxViolations);
  return told.map((error) => ({ field: fieldOf(error) || part, detail: describe(error, errors, part) }));
}

/**
 * With `anyOf`, each alternative reports why it does not fit. Those of another type than the value were not meant; if
 * none was, `anyOf` itself tells which types there are.
 */
function besideThePoint(choice: ErrorObject, errors: readonly ErrorObject[]): ErrorObject[] {
  const inside = errors.filter((error) => isWithin(error, choice.schemaPath));
  const strange = strangersIn(choice, errors).map(({ schemaPath }) => schemaPath.replace(/\/type$/, ''));
  const others = inside.filter((error) => strange.some((path) => isWithin(error, path)));
  return others.length < inside.length ? [choice, ...others] : inside;
}

/** The alternatives of another type than the value, each by the error that says so. */
function strangersIn(choice: ErrorObject, errors: readonly ErrorObject[]): ErrorObject[] {
  return errors.filter(
    (error) =>
      error.keyword === 'type' && error.instancePath === choice.instancePath && isWithin(error, choice.schemaPath),
  );
}

function isWithin(error: ErrorObject, schemaPath: string): boolean {
  return error.schemaPath.startsWith(`${schemaPath}/`);
}

function fieldOf({ keyword, instancePath, params }: ErrorObject): string {
  const inner: unknown = keyword === 'required' ? params['missingProperty'] : params['additionalProperty'];
  const path = inner === undefined ? instancePath : `${instancePath}/${String(inner).slice(0, maxNameLength)}`;
  return path.slice(1);
}

function describe(error: ErrorObject, errors: readonly ErrorObject[], part: string): string {
  const { keyword, params } = error;
  switch (keyword) {
    case 'required':
      return 'is required.';
    case 'additionalProperties':
      return 'is not known here.';
    case 'type':
      // Every value of a query is a string, unless it came twice.
      return part === 'querystring' ? 'must be given only once.' : `must be ${typeWords([params['type']].flat())}.`;
    case 'anyOf':
      return `must be ${typeWords(strangersIn(error, errors).flatMap((one) => one.params['type']))}.`;
    case 'enum':
      return `must be ${orList(params['allowedValues'])}.`;
    case 'format':
      return formatWords(params['format']);
    case 'minLength':
      return `must have at least ${count(params['limit'], 'character')}.`;
    case 'maxLength':
      return `must have at most ${count(params['limit'], 'character')}.`;
    case 'minItems':
      return `must have at least ${count(params['limit'], 'item')}.`;
    case 'maxItems':
      return `must have at most ${count(params['limit'], 'item')}.`;
    case 'maxProperties':
      return `must have at most ${count(params['limit'], 'member')}.`;
    case 'minimum':
      return `must be at least ${params['limit']}.`;
    case 'maximum':
      return `must be at most ${params['limit']}.`;
    case 'uniqueItems':
      return 'must not have an item twice.';
    default:
      return `${error.message ?? 'is not valid'}.`;
  }
}

const typeNames: Readonly<Record<string, string>> = {
  string: 'a string',
  integer: 'a whole number',
  boolean: 'true or false',
  object: 'an object',
  array: 'an array',
  null: 'null',
};

function typeWords(types: readonly string[]): string {
  return orList(types.map((type) => typeNames[type] ?? type));
}

function formatWords(name: string): string {
  const known: Readonly<Record<string, { words: string } | undefined>> = formats;
  return known[name]?.words ?? `must have the format ${name}.`;
}

function count(amount: number, noun: string): string {
  return `${amount} ${noun}${amount === 1 ? '' : 's'}`;
}
