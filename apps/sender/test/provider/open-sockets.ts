import type { Server, Socket } from 'node:net';

/** Follows the connections of a server. */
export class OpenSockets {
  /** Connections that were ever made. */
  made = 0;
  private readonly sockets = new Set<Socket>();

  constructor(server: Server) {
    server.on('connection', (socket: Socket) => {
      this.made++;
      this.sockets.add(socket);
      socket.on('error', () => undefined);
      socket.once('close', () => this.sockets.delete(socket));
    });
  }

  get open(): number {
    return this.sockets.size;
  }

  /** The one that comes from this port. */
  from(port: number): Socket | undefined {
    return [...this.sockets].find(({ remotePort }) => remotePort === port);
  }

  cut(): void {
    this.sockets.forEach((socket) => socket.destroy());
  }
}

/** E-mails that a server has not answered yet. */
export class Held {
  most = 0;
  private readonly answers: (() => void)[] = [];
  private at = 0;

  get now(): number {
    return this.at;
  }

  /** Answers now, or once it is released. */
  answer(hold: boolean, answer: () => void): void {
    this.most = Math.max(this.most, ++this.at);
    const done = (): void => {
      this.at--;
      answer();
    };
    if (hold) this.answers.push(done);
    else done();
  }

  release(): void {
    this.answers.splice(0).forEach((answer) => answer());
  }
}
