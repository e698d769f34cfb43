/** A collector that takes spans by OTLP over HTTP, and remembers them. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { TestContext } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { afterwards } from './cleanup.ts';

export interface ReceivedSpan {
  readonly traceId: string;
  readonly parentId: string;
  readonly name: string;
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly status: { readonly code: number; readonly message: string };
  readonly events: number;
  readonly resource: Readonly<Record<string, unknown>>;
}

export interface Collector {
  readonly url: string;
  readonly spans: ReceivedSpan[];
  /** Everything that arrived, as it came. */
  readonly bodies: Buffer[];
  /** The paths that it was asked for. */
  readonly paths: Set<string>;
}

export async function startCollector(t: TestContext): Promise<Collector> {
  const spans: ReceivedSpan[] = [];
  const bodies: Buffer[] = [];
  const paths = new Set<string>();
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const bytes = Buffer.concat(chunks);
    const body = request.headers['content-encoding'] === 'gzip' ? gunzipSync(bytes) : bytes;
    paths.add(request.url ?? '');
    bodies.push(body);
    spans.push(...readSpans(body));
    response.writeHead(200, { 'content-type': 'application/x-protobuf' }).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  afterwards(t, () => server.close().closeAllConnections());
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, spans, bodies, paths };
}

type Field = readonly [number: number, value: Buffer | bigint];

/** The fields of a protobuf message. https://protobuf.dev/programming-guides/encoding/ */
function fieldsOf(bytes: Buffer): Field[] {
  const fields: Field[] = [];
  let at = 0;
  const varint = () => {
    let value = 0n;
    for (let shift = 0n; ; shift += 7n) {
      const byte = bytes[at++] ?? 0;
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
  };
  const take = (length: number) => {
    at += length;
    return bytes.subarray(at - length, at);
  };
  while (at < bytes.length) {
    const tag = Number(varint());
    const wire = tag & 7;
    fields.push([tag >> 3, wire === 0 ? varint() : take(wire === 1 ? 8 : wire === 5 ? 4 : Number(varint()))]);
  }
  return fields;
}

const all = (bytes: Buffer, field: number) =>
  fieldsOf(bytes).flatMap(([number, value]) => (number === field && typeof value !== 'bigint' ? [value] : []));
const first = (bytes: Buffer, field: number) => all(bytes, field)[0] ?? Buffer.alloc(0);

/** https://github.com/open-telemetry/opentelemetry-proto/blob/main/opentelemetry/proto/trace/v1/trace.proto */
function readSpans(body: Buffer): ReceivedSpan[] {
  return all(body, 1).flatMap((resourceSpans) => {
    const resource = attributesOf(first(resourceSpans, 1), 1);
    return all(resourceSpans, 2).flatMap((scope) => all(scope, 2).map((span) => readSpan(span, resource)));
  });
}

function readSpan(span: Buffer, resource: ReceivedSpan['resource']): ReceivedSpan {
  const status = first(span, 15);
  const code = fieldsOf(status).find(([number]) => number === 3)?.[1] ?? 0n;
  return {
    traceId: first(span, 1).toString('hex'),
    parentId: first(span, 4).toString('hex'),
    name: first(span, 5).toString(),
    attributes: attributesOf(span, 9),
    status: { code: Number(code), message: first(status, 2).toString() },
    events: all(span, 11).length,
    resource,
  };
}

function attributesOf(bytes: Buffer, field: number): Record<string, unknown> {
  return Object.fromEntries(all(bytes, field).map((pair) => [first(pair, 1).toString(), toValue(first(pair, 2))]));
}

function toValue(any: Buffer): unknown {
  const [[kind, value] = [0, 0n]] = fieldsOf(any);
  if (kind === 1) return String(value);
  return kind === 3 ? Number(value) : value;
}
