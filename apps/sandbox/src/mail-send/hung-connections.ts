import type { Socket } from 'node:net';

/** Every one of them holds a connection and a timer. */
const MOST = 10_000;

/** Connections whose callers wait: for an answer that never comes, or for one that comes late. */
export class HungConnections {
  private readonly waiting = new Map<Socket, (timeIsOver: boolean) => void>();

  /** Keeps the connection open and silent until its caller gives up, at most for this long. */
  keep(socket: Socket, ms: number): void {
    void this.wait(socket, ms).then(() => socket.destroy());
  }

  /**
   * Resolves after this time, or at once when too many wait already.
   *
   * @returns false when the caller has gone or the sandbox wants to be rid of all of them
   */
  async wait(socket: Socket, ms: number): Promise<boolean> {
    if (socket.destroyed) return false;
    if (this.waiting.size >= MOST) return true;
    return new Promise((resolve) => {
      const settle = (timeIsOver: boolean): void => {
        clearTimeout(timer);
        socket.off('close', goAway);
        this.waiting.delete(socket);
        resolve(timeIsOver);
      };
      const goAway = (): void => settle(false);
      const timer = setTimeout(() => settle(true), ms);
      socket.once('close', goAway);
      this.waiting.set(socket, settle);
    });
  }

  /** Lets them all go. */
  close(): void {
    for (const [socket, settle] of [...this.waiting]) {
      socket.destroy();
      settle(false);
    }
  }
}
