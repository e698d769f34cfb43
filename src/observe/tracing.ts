/** Spans for OpenTelemetry, one a request. Loaded only when the settings ask for it; the libraries read the rest of `OTEL_*`. */
import type { IncomingMessage } from 'node:http';
import { FastifyOtelInstrumentation } from '@fastify/otel';
import { DiagLogLevel, diag, propagation, ROOT_CONTEXT, type Span, SpanStatusCode } from '@opentelemetry/api';
import { W3CTraceContextPropagator } from '@opentelemetry/core';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import { defaultResource, detectResources, envDetector, resourceFromAttributes } from '@opentelemetry/resources';
import { BasicTracerProvider, BatchSpanProcessor, type ReadableSpan } from '@opentelemetry/sdk-trace-base';
import type { FastifyPluginCallback, FastifyRequest } from 'fastify';
import { type Logger, tracingFailed } from './events.ts';
import { markSpan, type RequestSpan, type SpanMaker } from './span.ts';

export interface Tracing {
  /** Goes to the framework before its first route. */
  readonly plugin: FastifyPluginCallback;
  /** For requests that are answered without the framework. */
  readonly startSpan: SpanMaker;
  /** Sends what was not sent yet; gives up on a collector that does not answer. */
  close(): Promise<void>;
}

/** How long a stop may wait for the collector, in ms. */
const closeGrace = 3000;

export function startTracing(logger: Logger, version: string): Tracing {
  const tell = (message: string) => tracingFailed(logger, message);
  const silent = () => {};
  diag.setLogger(
    { error: tell, warn: tell, info: silent, debug: silent, verbose: silent },
    { logLevel: DiagLogLevel.WARN, suppressOverrideMessage: true },
  );
  propagation.setGlobalPropagator(new W3CTraceContextPropagator());
  const provider = new BasicTracerProvider({
    resource: defaultResource()
      .merge(resourceFromAttributes({ 'service.name': 'gatehouse', 'service.version': version }))
      .merge(detectResources({ detectors: [envDetector] })),
    spanProcessors: [new BatchSpanProcessor(new DiscreetExporter())],
  });
  const instrumentation = new FastifyOtelInstrumentation({
    requestHook: nameSpan,
    ignorePaths: ({ url }) => /^\/(health|metrics)\b/.test(url),
    // One span a request says it all; the message of an error may hold what no span may.
    instrumentHooks: false,
    instrumentHandler: false,
    recordExceptions: false,
  });
  instrumentation.setTracerProvider(provider);
  const tracer = provider.getTracer('gatehouse', version);
  return {
    plugin: instrumentation.plugin(),
    startSpan: (request, requestId) => {
      const context = propagation.extract(ROOT_CONTEXT, request.headers);
      return toRequestSpan(tracer.startSpan(`${request.method} ${anyPath}`, {}, context), request, requestId);
    },
    close: async () => {
      await withinGrace(provider.shutdown()).catch((error) => tell(String(error)));
      instrumentation.disable();
      propagation.disable();
      diag.disable();
    },
  };
}

/**
 * Sends no message of an error, which the framework's hook puts into the span: it may quote the request. And what the
 * client did wrong is no error of a server. https://opentelemetry.io/docs/specs/semconv/http/http-spans/#status
 */
class DiscreetExporter extends OTLPTraceExporter {
  override export(spans: ReadableSpan[], done: Parameters<OTLPTraceExporter['export']>[1]): void {
    super.export(spans.map(withPlainStatus), done);
  }
}

function withPlainStatus(span: ReadableSpan): ReadableSpan {
  const isError = Number(span.attributes['http.response.status_code']) >= 500;
  return Object.create(span, { status: { value: { code: isError ? SpanStatusCode.ERROR : SpanStatusCode.UNSET } } });
}

/** The path itself may hold a phone number, and comes with the query: the route stands for it. */
function nameSpan(span: Span, request: FastifyRequest): void {
  const { url = 'none' } = request.routeOptions;
  span.updateName(`${request.method} ${url}`);
  span.setAttributes({ 'url.path': url, 'gatehouse.request_id': request.id });
}

/** Stands for every path of the dialects: they may hold a phone number. */
const anyPath = '/*';

function toRequestSpan(span: Span, { method = '' }: IncomingMessage, requestId: string): RequestSpan {
  span.setAttributes({
    'http.request.method': method,
    'http.route': anyPath,
    'url.path': anyPath,
    'gatehouse.request_id': requestId,
  });
  return {
    mark: (call) => markSpan(span, call),
    end: (status) => {
      if (status !== undefined) span.setAttribute('http.response.status_code', status);
      span.end();
    },
  };
}

async function withinGrace(work: Promise<void>): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, closeGrace);
  await Promise.race([work, promise]).finally(() => clearTimeout(timer));
}
