import { randomUUID } from 'node:crypto';
import { requestContext, type RequestContext } from '@qflow/messaging';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import type { Metrics } from '../metrics/metrics.js';
import { traceOfRequest, traceRequests } from './trace-requests.js';

/** A caller's own request id is taken over when it is harmless in a header and a log line. */
const acceptableId = /^[A-Za-z0-9._:-]{1,128}$/;

/** Probes and scrapes would drown the log. */
const quiet = (url: string): boolean => url === '/health' || url.startsWith('/health/') || url === '/metrics';

/** A token in an address opens something by itself, and logs are read by many: the route stands in its place. */
const shownPath = (url: string, route: string): string | undefined =>
  route.includes(':token') ? route : url.split('?')[0];

export const requestIdOf = (header: string | string[] | undefined): string =>
  typeof header === 'string' && acceptableId.test(header) ? header : randomUUID();

/**
 * Gives every request an id (`X-Request-Id`, in and out), runs it in a context that carries the id to logs and
 * messages, and writes one wide line when it is over.
 */
export function logRequests(fastify: FastifyInstance, logger: Logger, metrics: Metrics): void {
  const latency = metrics.histogram('qflow_http_request_seconds', 'Time to answer, by route and status.', [
    'method',
    'route',
    'status',
  ]);
  traceRequests(fastify, quiet);
  fastify.addHook('onRequest', (request, reply, next) => {
    void reply.header('X-Request-Id', request.id);
    next();
  });
  // Not in onRequest: reading the body leaves that call's asynchronous context.
  fastify.addHook('preValidation', (request, _reply, next) => requestContext.run(contextOf(request), next));
  fastify.addHook('onResponse', (request, reply, next) => {
    const { method } = request;
    const route = request.routeOptions.url ?? 'unknown';
    const status = reply.statusCode;
    latency.observe({ method, route, status: String(status) }, reply.elapsedTime / 1000);
    if (!quiet(request.url)) {
      const line = {
        method,
        path: shownPath(request.url, route),
        status,
        durationMs: round(reply.elapsedTime),
      };
      requestContext.run(contextOf(request), () => logger[status >= 500 ? 'error' : 'info'](line, 'request'));
    }
    next();
  });
}

function contextOf(request: FastifyRequest): RequestContext {
  const trace = traceOfRequest(request);
  return { requestId: request.id, ...(trace && { trace }) };
}

const round = (ms: number): number => Math.round(ms * 100) / 100;
