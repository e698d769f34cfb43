import { Refusal } from '../../core/errors.ts';
import type { Call, WireRequest } from '../dialect.ts';
import { type Parameters, textOf } from './parameters.ts';

type Credential = Call['credential'];

/** The one value of a credential header; undefined: it is not there. */
export function headerCredential(request: WireRequest, name: string): Credential | undefined {
  const values = request.headers[name] ?? [];
  if (values.length > 1) return new Refusal({ kind: 'ambiguous_credential' });
  const secret = values[0]?.trim();
  return secret ? { secret } : undefined;
}

/** `Authorization: Bearer …`; another scheme counts as none. */
export function bearerCredential(request: WireRequest): Credential | undefined {
  const header = headerCredential(request, 'authorization');
  if (header === undefined || header instanceof Refusal) return header;
  const secret = /^Bearer[ \t]+(\S.*)$/i.exec(header.secret)?.[1];
  return secret === undefined ? undefined : { secret };
}

/** The parameter `access_token`, which Graph takes in a query or a body. */
export function parameterCredential(parameters: Parameters): Credential | undefined {
  const name = 'access_token';
  try {
    if (parameters.get(name)?.repeated) return new Refusal({ kind: 'ambiguous_credential' });
    const secret = textOf(parameters, name);
    return secret === undefined ? undefined : { secret };
  } catch (error) {
    if (error instanceof Refusal) return error;
    throw error;
  }
}

/** What a request without a credential has instead. */
export function noCredential(): Refusal {
  return new Refusal({ kind: 'no_credential' });
}
