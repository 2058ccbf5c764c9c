import type { Span, SpanContext } from '@opentelemetry/api';
import { endSpan, isTracing, readTraceParent, startRequestSpan, traceParentHeader } from '@qflow/messaging';
import type { FastifyInstance, FastifyRequest } from 'fastify';

const spans = new WeakMap<FastifyRequest, Span>();

/**
 * A span for every request, in the caller's trace where it names one (`traceparent`). By route and never by path, which
 * may hold a token.
 * @param isQuiet whether nobody wants to see requests to this address
 */
export function traceRequests(fastify: FastifyInstance, isQuiet: (url: string) => boolean): void {
  if (!isTracing()) return;
  fastify.addHook('onRequest', (request, _reply, next) => {
    const span = isQuiet(request.url) ? undefined : spanOf(request);
    if (span) spans.set(request, span);
    next();
  });
  fastify.addHook('onResponse', (request, { statusCode }, next) => {
    endSpan(spans.get(request), {
      attributes: { 'http.response.status_code': statusCode },
      error: statusCode >= 500 ? String(statusCode) : null,
    });
    next();
  });
}

/** The span of a request, for what is done for it. */
export const traceOfRequest = (request: FastifyRequest): SpanContext | undefined =>
  spans.get(request)?.spanContext();

function spanOf(request: FastifyRequest): Span | undefined {
  const { method, routeOptions, headers, id } = request;
  const given = headers[traceParentHeader];
  const route = routeOptions.url;
  return startRequestSpan(
    readTraceParent(typeof given === 'string' ? given : undefined),
    route === undefined ? method : `${method} ${route}`,
    {
      kind: 'server',
      attributes: {
        'http.request.method': method,
        ...(route !== undefined && { 'http.route': route }),
        'qflow.request.id': id,
      },
    },
  );
}
