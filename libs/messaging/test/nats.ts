import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { jetstream, jetstreamManager, type JetStreamClient } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import { startNats } from '@qflow/local-stack';
import { connectNats, ensureStreams } from '../src/index.js';

export interface Nats {
  url: string;
  connection: NatsConnection;
  client: JetStreamClient;
  kill(): Promise<void>;
  restart(): Promise<void>;
  /** It says nothing any more, and does not go away either; answers what lets it go on. */
  freeze(): () => void;
  stop(): Promise<void>;
}

/** A real nats-server with the platform's streams, and a connection to it. */
export async function nats(): Promise<Nats> {
  const dataDir = await mkdtemp(path.join(tmpdir(), 'qflow-messaging-'));
  let server = await startNats({ dataDir });
  const { url, port } = server;
  const connection = await connectNats({ url, name: 'spec' });
  await ensureStreams(await jetstreamManager(connection), 1);
  return {
    url,
    connection,
    client: jetstream(connection),
    async kill() {
      process.kill(server.pid, 'SIGKILL');
      await server.exited;
    },
    async restart() {
      server = await startNats({ dataDir, port });
    },
    freeze() {
      process.kill(server.pid, 'SIGSTOP');
      return () => void process.kill(server.pid, 'SIGCONT');
    },
    async stop() {
      await connection.close();
      await server.stop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}
