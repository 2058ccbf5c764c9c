import { connect, type ConnectionOptions, type NatsConnection } from '@nats-io/transport-node';

export interface NatsOptions {
  /** `nats://host:4222`, several separated by commas; `tls://` refuses servers without TLS. */
  url: string;
  /** Who connects; `user:password@` in the first of the URLs says the same. */
  user?: string | undefined;
  password?: string | undefined;
  /** Certificate authorities (PEM) instead of the public ones; where given, a server without TLS is refused. */
  caFile?: string | undefined;
  /** Shown in the server's connection list. */
  name: string;
  /** For a command that somebody waits for: where the connection is lost, it is not tried again. */
  once?: boolean;
}

/**
 * Connects, and reconnects for ever: a service outlives any restart of NATS, and a password that is mended later.
 * @throws Error where no server takes the connection just now
 */
export const connectNats = (options: NatsOptions): Promise<NatsConnection> =>
  connect({
    servers: serversOf(options.url),
    name: options.name,
    ...userOf(options),
    ...tlsOf(options),
    maxReconnectAttempts: -1,
    reconnectTimeWait: 250,
    reconnect: !options.once,
    pingInterval: 10_000,
    maxPingOut: 2,
    ignoreAuthErrorAbort: true,
  });

const serversOf = (url: string): string[] => url.split(',').map((server) => server.trim());

/** A user gets its answers under a prefix of its own, which nobody else may read (`k8s/nats/users.conf`). */
function userOf({ url, ...options }: NatsOptions): ConnectionOptions {
  const { username, password } = new URL(serversOf(url)[0] ?? '');
  const user = options.user ?? decodeURIComponent(username);
  if (!user) return {};
  return { user, pass: options.password ?? decodeURIComponent(password), inboxPrefix: `_INBOX_${user}` };
}

function tlsOf({ url, caFile }: NatsOptions): ConnectionOptions {
  if (caFile) return { tls: { caFile } };
  return serversOf(url).some((server) => server.startsWith('tls:')) ? { tls: {} } : {};
}
