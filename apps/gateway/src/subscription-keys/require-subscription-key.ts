import type { FastifyInstance, FastifyRequest } from 'fastify';
import { Unauthorized } from '../identity/unauthorized.js';
import { subscriptionCheck, subscriptionHeader, subscriptionParameter } from './subscription-keys.js';

/** The addresses that stand behind API management (webhooks page, "Base URL"). */
const managed = /^\/(comms|checkin)\/v1(\/|\?|$)/;

/**
 * Where keys are configured, requests under the prefixes of API management need one, before anything else of them is
 * looked at. Without keys the header is accepted and ignored, as it is everywhere else.
 */
export function requireSubscriptionKey(fastify: FastifyInstance, keys: readonly string[]): void {
  if (keys.length === 0) return;
  const accepts = subscriptionCheck(keys);
  fastify.addHook('onRequest', (request, _reply, next) => {
    if (isManaged(request)) next(flawOf(keyOf(request), accepts));
    else next();
  });
}

/** By the route, where there is one: its address may have been written with escapes. */
const isManaged = ({ method, routeOptions, url }: FastifyRequest): boolean =>
  // Browsers send no headers of ours with a preflight (Fetch standard, "CORS-preflight fetch").
  method !== 'OPTIONS' && managed.test(routeOptions.url ?? url);

function keyOf({ headers, query }: FastifyRequest): unknown {
  return (
    headers[subscriptionHeader.toLowerCase()] ?? (query as Record<string, unknown>)[subscriptionParameter]
  );
}

function flawOf(key: unknown, accepts: (key: string) => boolean): Unauthorized | undefined {
  if (key === undefined)
    return Unauthorized.subscription(
      `Send a subscription key in the header ${subscriptionHeader}, or in the query as ${subscriptionParameter}.`,
    );
  // Given twice in the query it is a list.
  if (typeof key === 'string' && accepts(key)) return undefined;
  return Unauthorized.subscription('The subscription key is not valid.');
}
