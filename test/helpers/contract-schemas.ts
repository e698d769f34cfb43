import { Ajv, type ValidateFunction } from 'ajv';
import contract from '../fixtures/contract-schemas.json' with { type: 'json' };

type ByDialect = Readonly<Record<string, Readonly<Record<string, Readonly<Record<string, object>>>>>>;

/** What the providers document, by dialect, method and status; taken by `scripts/extract-contract-schemas.ts`. */
export const contractSchemas: ByDialect = contract.schemas;

const ajv = new Ajv({ strict: false, allErrors: true });
const compiled = new Map<object, ValidateFunction>();

/** What is wrong with a body by the provider's own schema; nothing if the provider documents none for that status. */
export function validateContract(dialect: string, method: string, status: number, body: unknown): string[] {
  const byMethod = contractSchemas[dialect];
  if (!byMethod) throw new Error(`No contract of a dialect "${dialect}"`);
  const schema = byMethod[method.toLowerCase()]?.[status];
  if (!schema) return [];
  const validate = compiled.get(schema) ?? ajv.compile(schema);
  compiled.set(schema, validate);
  validate(body);
  return (validate.errors ?? []).map((error) => `${error.instancePath || '/'} ${error.message}`);
}
