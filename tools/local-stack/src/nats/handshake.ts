import { once } from 'node:events';
import { connect } from 'node:net';
import { createInterface } from 'node:readline';

/** What a server says of itself in the first line it sends, as far as we care. */
export interface NatsInfo {
  /** For instance `2.14.0`. */
  readonly version: string;
  /** Whether JetStream is on. */
  readonly jetstream: boolean;
}

/**
 * Reads a server's greeting: `INFO {…}` (NATS client protocol), which it sends to everybody who connects.
 * @throws Error when nobody listens there, or somebody who is no NATS server.
 */
export async function natsInfo(port: number): Promise<NatsInfo> {
  const socket = connect({ host: '127.0.0.1', port });
  try {
    await once(socket, 'connect');
    const [line] = (await once(createInterface(socket), 'line')) as [string];
    if (!line.startsWith('INFO ')) throw new Error(`Port ${port} does not speak NATS.`);
    const info = JSON.parse(line.slice('INFO '.length)) as Partial<NatsInfo>;
    return { version: String(info.version), jetstream: info.jetstream === true };
  } finally {
    socket.destroy();
  }
}
