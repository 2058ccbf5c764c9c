import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import { connect } from '@nats-io/transport-node';
import { startNats, type RunningNats } from '../src/index.js';
import { removeFolder, temporaryFolder } from './support/temporary-folder.js';

let folder: string;
let servers: RunningNats[];

beforeEach(async () => {
  folder = await temporaryFolder();
  servers = [];
});

afterEach(async () => {
  await Promise.all(servers.map((server) => server.stop()));
  await removeFolder(folder);
});

async function start(options: { port?: number; log?: (line: string) => void } = {}) {
  const server = await startNats({ dataDir: folder, ...options });
  servers.push(server);
  return server;
}

/** Stores one message on a stream of that name. */
async function publish(server: RunningNats, stream: string, text: string): Promise<void> {
  const connection = await connect({ servers: server.url });
  const manager = await jetstreamManager(connection);
  await manager.streams.add({ name: stream, subjects: [`${stream}.>`] });
  await jetstream(connection).publish(`${stream}.x`, text);
  await connection.close();
}

async function stored(server: RunningNats, stream: string): Promise<string | undefined> {
  const connection = await connect({ servers: server.url });
  const manager = await jetstreamManager(connection);
  const message = await manager.streams.getMessage(stream, { seq: 1 });
  await connection.close();
  return message?.string();
}

describe('startNats', () => {
  it('starts a server with JetStream that is new enough for schedules and atomic batches', async () => {
    const server = await start();

    const [major, minor] = server.version.split('.').map(Number);
    expect(major === 2 && (minor as number) >= 12).toBe(true);
    await publish(server, 'SENDS', 'hello');
    expect(await stored(server, 'SENDS')).toBe('hello');
  });

  it('keeps what was acknowledged through an orderly stop', async () => {
    const first = await start();
    await publish(first, 'SENDS', 'hello');
    await first.stop();

    expect(await stored(await start(), 'SENDS')).toBe('hello');
  });

  it('keeps what was acknowledged through a kill -9', async () => {
    const first = await start();
    await publish(first, 'SENDS', 'hello');
    process.kill(first.pid, 'SIGKILL');
    await expect(first.exited).resolves.toEqual({ code: null, signal: 'SIGKILL' });

    const second = await start({ port: first.port });

    expect(await stored(second, 'SENDS')).toBe('hello');
    expect(second.url).toBe(first.url);
  });

  it('stops the server that an earlier run left on the same store', async () => {
    const leftOver = await start();
    await publish(leftOver, 'SENDS', 'hello');
    const said: string[] = [];

    const server = await start({ log: (line) => said.push(line) });

    await leftOver.exited;
    expect(said.join()).toContain(`(pid ${leftOver.pid})`);
    expect(await stored(server, 'SENDS')).toBe('hello');
  });

  it('says what NATS said when the port it was given is taken', async () => {
    const occupant = await start();
    const other = await temporaryFolder();
    await expect(startNats({ dataDir: other, port: occupant.port })).rejects.toThrow(
      /NATS ended while starting[^]*address already in use/,
    );
    await removeFolder(other);
  });
});
