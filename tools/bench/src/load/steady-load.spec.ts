import { describe, expect, it } from '@jest/globals';
import { commsEventV1 } from '@qflow/contracts';
import { parseStamp, type BenchEvent } from './bench-event.js';
import { SteadyLoad } from './steady-load.js';

const audiences = [
  { accountId: '7b0c1f5e-2f0a-4c3b-9d5e-111111111111', endpoints: ['a', 'b'] },
  { accountId: '7b0c1f5e-2f0a-4c3b-9d5e-222222222222', endpoints: ['c'] },
];

/** In place of the stream. */
class Published {
  readonly events: BenchEvent[] = [];
  each: (count: number) => void = () => {};

  publish(event: BenchEvent): void {
    this.events.push(event);
    this.each(this.events.length);
  }
}

const options = { audiences, perSecond: 1_000_000, seed: 1, signal: new AbortController().signal };
const read = ({ publication }: BenchEvent) => commsEventV1.read(JSON.parse(publication.body));

describe('SteadyLoad', () => {
  it('goes to the accounts in turn until its limit, and knows what should arrive where', async () => {
    const published = new Published();
    const load = new SteadyLoad(published, { ...options, limit: 5 });

    await load.finished();

    const [first, second] = audiences.map(({ accountId }) => accountId);
    expect(published.events.map((event) => read(event).accountId)).toEqual([
      ...[first, second, first, second, first],
    ]);
    const ids = published.events.map(({ id }) => id);
    expect(load.expectations()).toEqual([
      { endpoints: ['a', 'b'], ids: [ids[0], ids[2], ids[4]] },
      { endpoints: ['c'], ids: [ids[1], ids[3]] },
    ]);
  });

  it('stamps each event with the phase of its moment, and ends when it is stopped', async () => {
    const published = new Published();
    const load = new SteadyLoad(published, options);
    load.phase = 'before';
    published.each = (count) => {
      if (count === 2) load.phase = 'after';
      if (count === 4) void load.stop();
    };

    await load.finished();

    const phases = published.events.map((event) => parseStamp(read(event).data.correlationId)?.phase);
    expect(phases).toEqual(['before', 'before', 'after', 'after']);
  });
});
