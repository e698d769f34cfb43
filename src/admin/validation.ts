/** Checks the parts of a request by their schemas. ajv is loaded and a schema compiled when first needed: starting is fast. */
import { createRequire } from 'node:module';
import type { Ajv, AnySchema, ValidateFunction } from 'ajv';
import type { FastifySchema, FastifySchemaCompiler } from 'fastify';
import { formats } from './formats.ts';
import { invalid } from './problem.ts';
import { violationsOf } from './violations.ts';

const require = createRequire(import.meta.url);
let loaded: Ajv | undefined;

/** Takes values as they came: nothing is coerced, removed or filled in. */
export function compileSchema(schema: AnySchema): ValidateFunction {
  loaded ??= loadAjv();
  return loaded.compile(schema);
}

/** A fastify validator compiler whose validators answer with a problem that names every invalid field. */
export const validatorCompiler: FastifySchemaCompiler<FastifySchema> = ({ schema, httpPart }) => {
  let validate: ValidateFunction | undefined;
  return (value: unknown) => {
    validate ??= compileSchema(schema);
    if (validate(value)) return true;
    return { error: invalid(...violationsOf(validate.errors ?? [], httpPart ?? 'request')) };
  };
};

function loadAjv(): Ajv {
  const { Ajv: Class } = require('ajv') as typeof import('ajv');
  const ajv = new Class({ allErrors: true, strict: true });
  for (const [name, { check }] of Object.entries(formats)) ajv.addFormat(name, { type: 'string', validate: check });
  return ajv;
}
