import type { Socket } from 'node:net';
import type { FastifyInstance } from 'fastify';

/**
 * Closes, at shutdown, connections over which no request has ever come: browsers and proxies open some in advance.
 * Node counts them as busy, and one of them would hold up the shutdown until its time is over.
 */
export function dropSilentConnections(fastify: FastifyInstance): void {
  const silent = new Set<Socket>();
  let closing = false;
  fastify.server.on('connection', (socket: Socket) => {
    // Accepted while the port was being closed.
    if (closing) return void socket.destroy();
    silent.add(socket);
    socket.once('close', () => silent.delete(socket));
  });
  fastify.server.on('request', ({ socket }: { socket: Socket }) => silent.delete(socket));
  fastify.addHook('preClose', (done) => {
    closing = true;
    for (const socket of silent) socket.destroy();
    done();
  });
}
