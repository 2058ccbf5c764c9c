import { AsyncResource } from 'node:async_hooks';
import { CodedError } from '@qflow/contracts';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { Bulkhead } from './bulkhead.js';

/** When a refused caller should come back, seconds: by then what is in the works now is done. */
const retryAfter = 2;

/** Thrown for what is refused because too much else is in the works. Whoever counts these has told it already. */
export class Overloaded extends CodedError {}

declare module 'fastify' {
  interface FastifyRequest {
    /** Where the request has a place until there is an answer; see {@link admit}. */
    bulkhead?: Bulkhead | undefined;
  }
}

export interface AdmissionOptions {
  /** Requests of one route that are at work at once; twice as many wait. */
  readonly perRoute: number;
  /** Is told of each refusal. It must not throw. */
  readonly refused: () => void;
}

/**
 * Keeps what is accepted quick while more comes than can be done: of each route, so many requests are at work at once and
 * a few wait, and what is beyond that is refused before its body is read. Each route by itself, so that calls which wait
 * for others (a test call waits for its receiver) keep no guest out, and nothing keeps out a probe.
 *
 * A request takes its place when its body is there, so that slow callers hold none.
 */
export function admit(fastify: FastifyInstance, { perRoute, refused }: AdmissionOptions): void {
  fastify.decorateRequest('bulkhead', undefined);
  const bulkheads = new Map<string, Bulkhead>();
  const bulkheadOf = (request: FastifyRequest): Bulkhead => {
    const route = routeOf(request);
    let bulkhead = bulkheads.get(route);
    if (!bulkhead) bulkheads.set(route, (bulkhead = new Bulkhead(perRoute)));
    return bulkhead;
  };
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
  fastify.addHook('onRequest', (request, _reply, next) =>
    next(bulkheadOf(request).isFull ? refuse(request) : undefined),
  );
  fastify.addHook('preValidation', (request, _reply, next) => {
    const bulkhead = bulkheadOf(request);
    // Of bodies that arrive together, each was let in before any of them was there.
    if (bulkhead.isFull) return next(refuse(request));
    const begin = (): void => {
      request.bulkhead = bulkhead;
      // Who has given up waiting will ask again: what nobody waits for is not begun.
      next(request.socket.destroyed ? refuse(request) : undefined);
    };
    if (bulkhead.enter()) return begin();
    // In the context of this request, whoever makes room for it.
    bulkhead.wait(AsyncResource.bind(begin));
  });
  // Not when the answer has left: a caller that hangs up gets none, and what it asked for is in the works all the same.
  fastify.addHook('onSend', (request, _reply, payload, next) => {
    const { bulkhead } = request;
    // Where something fails after this, the error comes through here as well.
    request.bulkhead = undefined;
    bulkhead?.leave();
    next(null, payload);
  });
}

/** What is at no address we know counts together. */
const routeOf = ({ method, routeOptions }: FastifyRequest): string => `${method} ${routeOptions.url ?? '*'}`;
