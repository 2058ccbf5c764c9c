import { once } from 'node:events';
import { createServer, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A load balancer as it is in front of replicas: each request goes to the next one. */
export class OneAddress {
  private constructor(
    private readonly server: Server,
    readonly url: string,
    /** How many requests each replica got. */
    readonly served: readonly number[],
  ) {}

  static async over(...replicas: string[]): Promise<OneAddress> {
    const served = replicas.map(() => 0);
    let turn = 0;
    const server = createServer((incoming, outgoing) => {
      const index = turn++ % replicas.length;
      served[index] = (served[index] ?? 0) + 1;
      const { method, headers, url = '/' } = incoming;
      const forwarded = request(new URL(url, replicas[index]), { method, headers }, (answer) => {
        outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(outgoing);
      });
      forwarded.on('error', () => outgoing.destroy());
      incoming.pipe(forwarded);
    }).listen(0, '127.0.0.1');
    // Longer than any spec: a connection must not be closed just as a client takes it up again.
    server.keepAliveTimeout = 120_000;
    await once(server, 'listening');
    return new OneAddress(server, `http://127.0.0.1:${(server.address() as AddressInfo).port}`, served);
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    this.server.close();
    await once(this.server, 'close');
  }
}
