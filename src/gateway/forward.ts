/** The way of a request to its provider: as it came, but for the credentials. */
import { Refusal } from '../core/errors.ts';
import type { Metrics } from '../observe/metrics.ts';
import { providerAnswered } from '../observe/outward-events.ts';
import { Answering } from './answering.ts';
import { cutBody } from './body.ts';
import { outwardHeaders } from './headers.ts';
import { Mask } from './mask.ts';
import { boundaryOf, MultipartFilter } from './multipart.ts';
import type { Gateway, Passage, Passed } from './passage.ts';
import type { Provider, Providers } from './provider.ts';
import { withoutCredentials } from './query.ts';
import { Upload } from './upload.ts';

export interface GatewayDeps {
  readonly providers: Providers;
  readonly metrics: Metrics;
}

/** How long a provider may take until it begins to answer, and between two pieces of the answer. In ms. */
const headersTimeout = 30_000;
const bodyTimeout = 60_000;

export function createGateway(deps: GatewayDeps): Gateway {
  return { forward: (passage) => forward(deps, passage) };
}

async function forward({ providers, metrics }: GatewayDeps, passage: Passage): Promise<Passed> {
  const opened = providers.open(passage.connection);
  const provider = opened instanceof Promise ? await opened : opened;
  const asked = toRequest(provider, passage);
  const answering = new Answering(passage, maskOf(provider));
  try {
    provider.dispatch(asked, answering);
    answering.waitForTurn(provider.patience);
    return await counted(metrics, passage, answering.settled);
  } finally {
    // What nobody takes any more must not keep the client from reading its answer.
    if (asked.body instanceof Upload) asked.body.destroy();
  }
}

async function counted(metrics: Metrics, { connection, kind }: Passage, settled: Promise<Passed>): Promise<Passed> {
  try {
    const passed = await settled;
    // Who went away before has not learned whether there would have been an answer.
    if (passed.status !== undefined) providerAnswered(metrics, { connection, kind, status: passed.status });
    return passed;
  } catch (error) {
    // Who was not let to the provider says nothing of it.
    if (error instanceof Refusal && error.reason.kind === 'overloaded') throw error;
    providerAnswered(metrics, { connection, kind, status: undefined });
    throw error;
  }
}

type Outgoing = Parameters<Provider['dispatch']>[0];

function toRequest(provider: Provider, passage: Passage): Outgoing {
  const { request, place, secret } = passage;
  const mask = new Mask(secret);
  const query = withoutCredentials(passage.query) ?? passage.query;
  const path = provider.caller.path(place, provider.apiVersion);
  const headers = outwardHeaders({
    raw: request.rawHeaders,
    connection: request.headers.connection,
    secret,
    credential: provider.caller.credential(provider.token),
  });
  const body = bodyOf(passage, mask);
  const length = body instanceof Upload ? request.headers['content-length'] : undefined;
  if (length !== undefined) headers.push('content-length', length);
  return {
    method: request.method ?? '',
    path: mask.text(query === '' ? path : `${path}?${query}`),
    headers,
    body,
    headersTimeout,
    bodyTimeout,
  };
}

function bodyOf({ request, kind, body }: Passage, mask: Mask): Outgoing['body'] & (Uint8Array | Upload | null) {
  if (body === undefined) return null;
  const [contentType = '', other] = request.headersDistinct['content-type'] ?? [];
  // It would be one thing here and another there.
  if (other !== undefined) throw new Refusal({ kind: 'invalid_body', detail: 'The body has two content types.' });
  if (body !== 'streams') return mask.whole(asBuffer(cutBody(body, contentType, kind)));
  const boundary = /^multipart\/form-data\b/i.test(contentType) ? boundaryOf(contentType) : undefined;
  const length = request.headers['content-length'];
  return new Upload(request, {
    mask: mask.stream(),
    form: boundary === undefined ? undefined : new MultipartFilter(boundary),
    length: length === undefined ? undefined : Number(length),
  });
}

function asBuffer(bytes: Uint8Array): Buffer {
  return bytes instanceof Buffer ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** What is shorter stands in answers by chance, and to hide it would spoil them. No provider's token is so short. */
const shortestHidden = 4;

const masks = new WeakMap<Provider, Mask>();

function maskOf(provider: Provider): Mask {
  const known = masks.get(provider);
  if (known) return known;
  const made = new Mask(provider.token.length < shortestHidden ? '' : provider.token);
  masks.set(provider, made);
  return made;
}
