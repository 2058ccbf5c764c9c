import cors, { type FastifyCorsOptions } from '@fastify/cors';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { AllowedMethods } from '../problem/allowed-methods.js';
import { pathOf } from '../problem/refuse-early.js';
import type { AllowedOrigins } from './origins.js';

/** How long a browser may remember a preflight; none remembers it longer than two hours. */
const preflightSeconds = 7_200;

const shared = {
  allowedHeaders: [
    'Authorization',
    'Content-Type',
    'Idempotency-Key',
    'X-Request-Id',
    'Ocp-Apim-Subscription-Key',
  ],
  exposedHeaders: [
    'X-Request-Id',
    'Link',
    'Location',
    'RateLimit',
    'RateLimit-Policy',
    'Retry-After',
    'Idempotency-Replayed',
    'WWW-Authenticate',
  ],
  maxAge: preflightSeconds,
  // Callers bring a bearer token; cookies mean nothing here.
  credentials: false,
  strictPreflight: false,
};

/**
 * Lets pages of the allowed origins call the API (Fetch standard, "CORS protocol"). A preflight is answered where the
 * origin is allowed and the address exists, with the methods of that very address.
 */
export function enableCors(fastify: FastifyInstance, origins: AllowedOrigins, allowed: AllowedMethods): void {
  if (origins.length === 0) return;
  const optionsOf = (request: FastifyRequest): FastifyCorsOptions => {
    const methods = isPreflight(request) ? allowed.of(pathOf(request)) : [];
    return {
      ...shared,
      origin: originFor(origins, request.headers.origin),
      methods,
      preflight: methods.length > 0,
    };
  };
  void fastify.register(cors, {
    delegator: (request, answer) => answer(null, optionsOf(request)),
  });
}

/** What the plugin would say on the answer to a plain request, for answers that come before it. */
export function corsHeaders(origins: AllowedOrigins, origin: string | undefined): Record<string, string> {
  if (origins.length === 0) return {};
  const allowed = originFor(origins, origin);
  const vary = { Vary: 'Origin' };
  if (allowed === false) return vary;
  return {
    ...vary,
    'Access-Control-Allow-Origin': allowed === true ? String(origin) : allowed,
    'Access-Control-Expose-Headers': shared.exposedHeaders.join(', '),
  };
}

const isPreflight = ({ method, headers }: FastifyRequest): boolean =>
  method === 'OPTIONS' && headers['access-control-request-method'] !== undefined;

/** `true` has the origin repeated. Sandboxed pages and files, whose origin is `null`, are nobody's. */
function originFor(origins: AllowedOrigins, origin: string | undefined): boolean | '*' {
  if (origin === undefined || origin === 'null') return false;
  return origins === '*' ? '*' : origins.includes(origin);
}
