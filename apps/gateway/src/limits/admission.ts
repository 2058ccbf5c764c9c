import { CodedError } from '@qflow/contracts';
import type { FastifyInstance, FastifyRequest } from 'fastify';

/** When a refused caller should come back, seconds: by then the bulk of what is in the works is done. */
const retryAfter = 2;

/** Thrown for what is refused because too much else is in the works. Whoever counts these has told it already. */
export class Overloaded extends CodedError {}

declare module 'fastify' {
  interface FastifyRequest {
    /** The place that the request holds until there is an answer; see {@link admit}. */
    place?: string | undefined;
  }
}

export interface AdmissionOptions {
  /** Requests in the works at once, of each route. */
  readonly perRoute: number;
  /** Is told of each refusal. It must not throw. */
  readonly refused: () => void;
}

/**
 * Keeps what is accepted quick while more comes than can be done: no route has more than so many requests in the works
 * at once, and what is beyond that is refused before its body is read. Each route by itself, so that calls which wait
 * for others (a test call waits for its receiver) keep no guest out, and nothing keeps out a probe.
 *
 * A request holds its place from when its body is there, so that slow callers hold none.
 */
export function admit(fastify: FastifyInstance, { perRoute, refused }: AdmissionOptions): void {
  fastify.decorateRequest('place', undefined);
  const places = new Map<string, number>();
  // One for all: what is refused should cost as little as possible, and a stack trace costs more than the rest.
  const refusal = new Overloaded(
    'unavailable',
    'More requests came at once than this server can take. Nothing was done; try again shortly.',
    { retryAfter },
  );
  const refuse = (request: FastifyRequest): Overloaded => {
    request.isOneOfMany = true;
    refused();
    return refusal;
  };
  const isFull = (route: string): boolean => (places.get(route) ?? 0) >= perRoute;
  fastify.addHook('onRequest', (request, _reply, next) =>
    next(isFull(routeOf(request)) ? refuse(request) : undefined),
  );
  fastify.addHook('preValidation', (request, _reply, next) => {
    const route = routeOf(request);
    // Of bodies that arrive together, each was let in before any of them was there.
    if (isFull(route)) return next(refuse(request));
    request.place = route;
    places.set(route, (places.get(route) ?? 0) + 1);
    next();
  });
  // Not when the answer has left: a caller that hangs up gets none, and what it asked for is in the works all the same.
  fastify.addHook('onSend', (request, _reply, payload, next) => {
    const { place } = request;
    if (place !== undefined) places.set(place, (places.get(place) as number) - 1);
    // Where something fails after this, the error comes through here as well.
    request.place = undefined;
    next(null, payload);
  });
}

/** What is at no address we know counts together. */
const routeOf = ({ method, routeOptions }: FastifyRequest): string => `${method} ${routeOptions.url ?? '*'}`;
