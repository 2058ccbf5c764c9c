import { describe, expect, it } from '@jest/globals';
import { measureNats } from './measure-nats.js';
import { Metrics } from './metrics.js';

async function* saying(...types: string[]): AsyncIterable<{ type: string }> {
  for (const type of types) yield { type };
}

async function exposedAfter(...types: string[]): Promise<string[]> {
  const metrics = new Metrics();
  await measureNats(metrics, { status: () => saying(...types) });
  return (await metrics.registry.metrics()).split('\n').filter((line) => line.startsWith('qflow_nats_'));
}

describe('measureNats', () => {
  it.each([
    [['ping'], 1, 0],
    [['disconnect', 'reconnecting'], 0, 0],
    [['disconnect', 'reconnect'], 1, 1],
    [['disconnect', 'reconnect', 'disconnect', 'reconnect', 'close'], 0, 2],
  ])('after %j', async (types, connected, reconnects) => {
    expect(await exposedAfter(...types)).toEqual([
      `qflow_nats_connected ${connected}`,
      `qflow_nats_reconnects_total ${reconnects}`,
    ]);
  });
});
