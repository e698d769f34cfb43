import { Refusal } from '../../core/errors.ts';
import type { Call, Command, Edge, NumberRef, WireRequest } from '../dialect.ts';
import { type ListOperation, parseCommand, parseSend } from './command.ts';
import type { CredentialOf } from './credentials.ts';
import { bodyParameters, mergeParameters, type Parameter, type Parameters, queryParameters } from './parameters.ts';

/** In what the dialects' calls differ. */
export interface CallStyle {
  readonly edge: Edge;
  readonly number: NumberRef;
  /** Whether a missing `messaging_product` is refused. */
  readonly productRequired: boolean;
  readonly credential: CredentialOf;
}

/** Reads a request of the edge: method and override, credential, parameters, in the order in which faults are told. */
export async function parseCall(request: WireRequest, style: CallStyle): Promise<Call> {
  const query = queryParameters(request);
  const body = await caught(() => bodyParameters(request));
  const parameters = body instanceof Refusal ? query : mergeParameters(query, body);
  const { operation, read } = meaningOf(request.method, parameters, style);
  const command = body instanceof Refusal ? body : await caught(read);
  return { operation, credential: style.credential(request, parameters), number: style.number, command };
}

interface Meaning {
  readonly operation: Command['kind'];
  readonly read: () => Command;
}

function meaningOf(method: string, parameters: Parameters, style: CallStyle): Meaning {
  const { edge } = style;
  const operation = operationOf(method, parameters.get('method'));
  if (edge === 'block_users') return { operation, read: () => parseCommand(operation, parameters, style) };
  // A number sends by POST alone.
  if (operation !== 'block') throw new Refusal({ kind: 'unknown_method' });
  return { operation: 'send', read: () => parseSend(edge, parameters, style) };
}

/** The method as it is meant, on the block list: a POST may name another in its parameter `method`. */
function operationOf(method: string, override: Parameter | undefined): ListOperation {
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
