import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { jetstreamManager } from '@nats-io/jetstream';
import { startNats, type RunningNats } from '@qflow/local-stack';
import { connectNats, ensureStreams } from '@qflow/messaging';

export interface TestNats {
  url: string;
  /** Kills the server like a power cut. */
  kill(): Promise<void>;
  /** Starts it again on the same port and the same files. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

/**
 * A nats-server of its own for one spec file, with the platform's streams: they have fixed names, so files must not share
 * one.
 */
export async function testNats(): Promise<TestNats> {
  const dataDir = await mkdtemp(path.join(tmpdir(), 'qflow-test-nats-'));
  let server: RunningNats = await startNats({ dataDir });
  const { url, port } = server;
  await makeStreams(url).catch(async (error: unknown) => {
    await server.stop();
    throw error;
  });
  return {
    url,
    async kill() {
      process.kill(server.pid, 'SIGKILL');
      await server.exited;
    },
    async restart() {
      server = await startNats({ dataDir, port });
    },
    async stop() {
      await server.stop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

/** As the `migrate.js` of events does it before the services start. */
async function makeStreams(url: string): Promise<void> {
  const connection = await connectNats({ url, name: 'streams' });
  try {
    await ensureStreams(await jetstreamManager(connection), 1);
  } finally {
    await connection.close();
  }
}
