import { randomUUID } from 'node:crypto';
import { requestContext, type RequestContext } from '@qflow/messaging';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import type { Metrics } from '../metrics/metrics.js';
import type { RequestLine } from '../run-service.js';
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
  const observers = new Map<string, ReturnType<typeof latency.labels>>();
  // Kept, because the library puts the labels in order and together anew for every observation.
  const observerOf = (method: string, route: string, status: string): ReturnType<typeof latency.labels> => {
    const key = `${method} ${status} ${route}`;
    let observer = observers.get(key);
    if (!observer) observers.set(key, (observer = latency.labels({ method, route, status })));
    return observer;
  };
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
    observerOf(method, route, String(status)).observe(reply.elapsedTime / 1000);
    const level = levelOf(request, status);
    if (!quiet(request.url) && logger.isLevelEnabled(level)) {
      const line = {
        method,
        path: shownPath(request.url, route),
        status,
        durationMs: round(reply.elapsedTime),
      };
      requestContext.run(contextOf(request), () => logger[level](line, 'request'));
    }
    next();
  });
}

function levelOf({ isOneOfMany, routeOptions }: FastifyRequest, status: number): RequestLine | 'error' {
  if (isOneOfMany) return 'debug';
  if (status >= 500) return 'error';
  return (status < 400 && routeOptions.config.requestLine) || 'info';
}

function contextOf(request: FastifyRequest): RequestContext {
  const trace = traceOfRequest(request);
  return { requestId: request.id, ...(trace && { trace }) };
}

const round = (ms: number): number => Math.round(ms * 100) / 100;
