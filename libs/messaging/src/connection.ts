import { connect, type NatsConnection } from '@nats-io/transport-node';

export interface NatsOptions {
  /** `nats://user:password@host:4222`, several separated by commas. */
  url: string;
  /** Shown in the server's connection list. */
  name: string;
  /** For a command that somebody waits for: where the first connection fails or is lost, it is not tried again. */
  once?: boolean;
}

/** Connects, and reconnects for ever: a service outlives any restart of NATS. Rejects only on bad credentials, or `once`. */
export const connectNats = ({ url, name, once = false }: NatsOptions): Promise<NatsConnection> =>
  connect({
    servers: url.split(',').map((server) => server.trim()),
    name,
    maxReconnectAttempts: -1,
    reconnectTimeWait: 250,
    waitOnFirstConnect: !once,
    reconnect: !once,
    pingInterval: 10_000,
    maxPingOut: 2,
    ignoreAuthErrorAbort: true,
  });
