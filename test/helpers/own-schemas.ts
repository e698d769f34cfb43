import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import { dialects } from '../../src/dialects/index.ts';

/** By dialect, edge, method and status: what the code says that it answers. */
const schemas = new Map<string, object>();
for (const dialect of dialects) {
  for (const { operations } of (await dialect.docs()).places) {
    for (const { edge = 'block_users', method, answers } of operations) {
      for (const [status, { schema }] of Object.entries(answers))
        schemas.set(`${dialect.name} ${edge} ${method} ${status}`, schema);
    }
  }
}

const ajv = new Ajv2020({ strict: true, allowUnionTypes: true, allErrors: true, formats: { uri: isUri } });
const compiled = new Map<object, ValidateFunction>();

/** What is wrong with a dialect's answer by its own schemas; a status that they do not have is wrong too. */
export function validateOwn(
  dialect: string,
  method: string,
  status: number,
  body: unknown,
  edge = 'block_users',
): string[] {
  const name = `${dialect} ${edge} ${method.toUpperCase()} ${status}`;
  const schema = schemas.get(name);
  if (!schema) return [`${name} is in no schema`];
  const validate = compiled.get(schema) ?? ajv.compile(schema);
  compiled.set(schema, validate);
  validate(body);
  return (validate.errors ?? []).map((error) => `${error.instancePath || '/'} ${error.message}`);
}

function isUri(text: string): boolean {
  return /^https?:/.test(text) && URL.canParse(text);
}
