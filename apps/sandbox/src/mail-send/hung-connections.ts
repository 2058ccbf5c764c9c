import type { Socket } from 'node:net';

/** Longer than any sensible client waits. */
const LONGEST_MS = 120_000;

/** Connections whose callers wait for an answer that never comes; the fault `rateTimeoutAfterAccept` makes them. */
export class HungConnections {
  private readonly sockets = new Map<Socket, NodeJS.Timeout>();

  /** Keeps the connection open and silent until its caller gives up. */
  keep(socket: Socket): void {
    const timer = setTimeout(() => socket.destroy(), LONGEST_MS);
    this.sockets.set(socket, timer);
    socket.once('close', () => {
      clearTimeout(timer);
      this.sockets.delete(socket);
    });
  }

  /** Ends them all. */
  close(): void {
    for (const socket of this.sockets.keys()) socket.destroy();
  }
}
