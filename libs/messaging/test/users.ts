import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import { jetstreamManager } from '@nats-io/jetstream';
import { errors, type NatsConnection } from '@nats-io/transport-node';
import { startNats, type NatsUser } from '@qflow/local-stack';
import { connectNats, ensureStreams } from '../src/index.js';

export const users: readonly NatsUser[] = ['gateway', 'templates', 'sender', 'events', 'webhooks', 'streams'];

const passwordOf = (user: NatsUser): string => `p-${user}`;

/** A connection of one user, which remembers what the server has refused. */
export interface UserConnection {
  connection: NatsConnection;
  /** Does something and answers what of it was refused, such as `publish comms.send.notice.v1`. */
  refused(act: (connection: NatsConnection) => unknown): Promise<string[]>;
}

/** A real server with the users of `k8s/nats/users.conf` and the streams that `streams` has made, and all users on it. */
export async function serverWithUsers(): Promise<{
  as: Record<NatsUser, UserConnection>;
  stop(): Promise<void>;
}> {
  const dataDir = await mkdtemp(path.join(tmpdir(), 'qflow-users-'));
  const passwords = Object.fromEntries(users.map((user) => [user, passwordOf(user)]));
  const server = await startNats({ dataDir, users: passwords });
  const connections = await Promise.all(
    users.map(async (user) => [user, await connectAs(server.url, user)] as const),
  );
  const as = Object.fromEntries(connections) as Record<NatsUser, UserConnection>;
  await ensureStreams(await jetstreamManager(as.streams.connection), 1);
  return {
    as,
    async stop() {
      await Promise.all(connections.map(([, { connection }]) => connection.close()));
      await server.stop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

async function connectAs(url: string, user: NatsUser): Promise<UserConnection> {
  const connection = await connectNats({ url, user, password: passwordOf(user), name: user });
  const refusals: string[] = [];
  void (async () => {
    for await (const status of connection.status())
      if (status.type === 'error' && status.error instanceof errors.PermissionViolationError)
        refusals.push(`${status.error.operation} ${status.error.subject}`);
  })();
  return {
    connection,
    async refused(act) {
      refusals.length = 0;
      act(connection);
      // The server answers in order: a refusal is here before the answer to the flush.
      await connection.flush();
      await turn();
      return [...refusals];
    },
  };
}
