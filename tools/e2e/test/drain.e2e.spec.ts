import { Agent, get } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { AppProcess } from './app-process.js';

/** One replica as a load balancer sees it: with connections that are kept open, and whether it is ready. */
interface Replica {
  process: AppProcess;
  url: string;
  agent: Agent;
  ready: boolean;
  requests: number;
}

let replicas: Replica[];

beforeEach(() => void (replicas = []));
afterEach(async () => {
  await Promise.all(replicas.map(({ process }) => process.dispose()));
  for (const { agent } of replicas) agent.destroy();
});

async function start(drainSeconds: number): Promise<Replica> {
  const process = new AppProcess('sandbox', 'main.js', { SHUTDOWN_DRAIN_SECONDS: String(drainSeconds) });
  const agent = new Agent({ keepAlive: true, maxSockets: 20 });
  const replica = { process, url: await process.url(), agent, ready: true, requests: 0 };
  replicas.push(replica);
  return replica;
}

const statusOf = (url: string, agent?: Agent): Promise<number | undefined> =>
  new Promise((resolve, reject) => {
    get(url, { agent }, (response) => {
      response.resume().once('end', () => resolve(response.statusCode));
    }).once('error', reject);
  });

/** Gives a request to a replica that was ready when somebody last looked; answers what went wrong. */
async function balanced(turn: number): Promise<string | undefined> {
  const ready = replicas.filter((one) => one.ready);
  const replica = ready[turn % ready.length];
  if (!replica) return 'no replica is ready';
  replica.requests++;
  try {
    const status = await statusOf(`${replica.url}/domains`, replica.agent);
    return status === 200 ? undefined : `status ${status}`;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code;
  }
}

/** Looks as often as a kubelet would in fast motion, and so learns of an end with a delay. */
async function watch(replica: Replica, until: AbortSignal): Promise<void> {
  for (; replica.ready && !until.aborted; await pause(500))
    replica.ready = await statusOf(`${replica.url}/health/ready`).then(
      (status) => status === 200,
      () => false,
    );
}

/** Clients that ask again and again until they are told to stop; answers what went wrong. */
async function load(clients: number, until: AbortSignal): Promise<string[]> {
  const failures: string[] = [];
  const client = async (): Promise<void> => {
    for (let turn = 0; !until.aborted; turn++) {
      const failure = await balanced(turn);
      if (failure) failures.push(failure);
    }
  };
  await Promise.all([
    ...Array.from({ length: clients }, client),
    ...replicas.map((replica) => watch(replica, until)),
  ]);
  return failures;
}

describe('a replica that is told to end under load', () => {
  it('fails no request of clients that keep their connections open', async () => {
    const [first, second] = [await start(2), await start(2)];
    const enough = new AbortController();
    const running = load(20, enough.signal);
    await first.process.said(/"path":"\/domains"/);
    // Taken at the signal: the line that tells of it is written a moment later.
    const asked = first.requests;
    first.process.kill('SIGTERM');
    await first.process.said(/shutting down/);
    // Whoever has not seen yet that it is ending is still served.
    expect(await statusOf(`${first.url}/domains`, first.agent)).toBe(200);
    expect(await first.process.exited).toBe(0);
    enough.abort();
    expect(await running).toEqual([]);
    // Otherwise nothing was shown: it was still asked after the signal, and is not any more.
    expect(first.requests).toBeGreaterThan(asked);
    expect(first.ready).toBe(false);
    expect(second.ready).toBe(true);
  });

  it('does not wait for the rest of its time on a second signal', async () => {
    // More than this test would wait for.
    const { process } = await start(300);
    process.kill('SIGTERM');
    await process.said(/shutting down/);
    process.kill('SIGINT');
    expect(await process.exited).toBe(0);
  });
});
