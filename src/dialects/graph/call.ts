import { Refusal } from '../../core/errors.ts';
import type { Call, Command, NumberRef, WireRequest } from '../dialect.ts';
import { parseCommand } from './command.ts';
import { bodyParameters, mergeParameters, type Parameter, type Parameters, queryParameters } from './parameters.ts';

/** In what the dialects' calls differ. */
export interface CallStyle {
  readonly number: NumberRef;
  /** Whether a missing `messaging_product` is refused. */
  readonly productRequired: boolean;
  credential(request: WireRequest, parameters: Parameters): Call['credential'];
}

/** Reads a block-users request: method and override, credential, parameters, in the order in which faults are told. */
export async function parseCall(request: WireRequest, style: CallStyle): Promise<Call> {
  const query = queryParameters(request);
  const body = await caught(() => bodyParameters(request));
  const parameters = body instanceof Refusal ? query : mergeParameters(query, body);
  const operation = operationOf(request.method, parameters.get('method'));
  const command = body instanceof Refusal ? body : await caught(() => parseCommand(operation, parameters, style));
  return { operation, credential: style.credential(request, parameters), number: style.number, command };
}

/** The method as it is meant: a POST may name another in its parameter `method`. */
export function operationOf(method: string, override: Parameter | undefined): Command['kind'] {
  const named = override?.kind === 'text' ? override.text : override?.value;
  const meant = method === 'POST' && typeof named === 'string' && named !== '' ? named.toUpperCase() : method;
  switch (meant) {
    case 'GET':
    case 'HEAD':
      return 'list';
    case 'POST':
      return 'block';
    case 'DELETE':
      return 'unblock';
    default:
      throw new Refusal({ kind: 'unknown_method' });
  }
}

async function caught<Value>(read: () => Value | Promise<Value>): Promise<Value | Refusal> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof Refusal) return error;
    throw error;
  }
}
