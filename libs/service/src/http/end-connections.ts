import type { FastifyInstance } from 'fastify';

/**
 * Once asked to, tells with every answer that its connection ends with it. Who keeps connections open then asks its next
 * question over a new one, which a load balancer gives to another replica, and none breaks under a request when the port
 * is closed.
 * @returns asks it to
 */
export function connectionsEnder(fastify: FastifyInstance): () => void {
  let ending = false;
  fastify.addHook('onSend', (_request, reply, payload, next) => {
    if (ending) void reply.header('Connection', 'close');
    next(null, payload);
  });
  return () => void (ending = true);
}
