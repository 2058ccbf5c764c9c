import { closedLoop } from '../load/closed-loop.js';
import { HttpClient } from '../load/http-client.js';
import type { Floor, FloorFigure } from './floor.js';

export interface AskingFloor {
  readonly connections: number;
  readonly seconds: number;
  /** The next call's. */
  readonly body: () => string;
  readonly signal: AbortSignal;
}

/** As many calls as a floor takes over HTTP, by the same client that asks the platform. */
export async function askFloor(
  floor: Floor,
  { connections, seconds, body, signal }: AskingFloor,
): Promise<FloorFigure> {
  const headers = { 'content-type': 'application/json' };
  const client = new HttpClient(floor.origin, { connections, headers });
  const act = async (): Promise<void> => {
    const { status, text } = await client.post('/guest', body());
    if (status !== 200) throw new Error(`The floor answered ${status}: ${text}`);
  };
  try {
    return await floor.measure(async () => {
      const outcome = await closedLoop({ lanes: connections, seconds, act, signal });
      if (outcome.failure !== undefined) throw new Error(outcome.failure);
      const { p50Ms, p99Ms } = outcome.latencies.summary();
      return { count: outcome.count, seconds: outcome.seconds, p50Ms, p99Ms };
    });
  } finally {
    await client.close();
  }
}
