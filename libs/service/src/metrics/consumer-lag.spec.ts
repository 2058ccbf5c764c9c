import { beforeEach, describe, expect, it } from '@jest/globals';
import { ConsumerLag } from './consumer-lag.js';
import { Metrics } from './metrics.js';

const counts = { num_pending: 7, num_ack_pending: 3, num_redelivered: 1 };

let now: number;
let asked: number;
let answer: () => Promise<typeof counts>;
let metrics: Metrics;

beforeEach(() => {
  now = 0;
  asked = 0;
  answer = async () => counts;
  metrics = new Metrics();
  new ConsumerLag(
    metrics,
    () => [{ stream: 'SENDS', durable: 'sender-requests' }],
    () => {
      asked++;
      return answer();
    },
    () => now,
  );
});

const scrape = async (): Promise<string[]> =>
  (await metrics.registry.metrics()).split('\n').filter((line) => line.startsWith('qflow_consumer_'));

const all = [
  'qflow_consumer_pending_messages{consumer="sender-requests"} 7',
  'qflow_consumer_ack_pending_messages{consumer="sender-requests"} 3',
  'qflow_consumer_redelivered_messages{consumer="sender-requests"} 1',
];

describe('ConsumerLag', () => {
  it('asks once for all it shows, and not again within seconds', async () => {
    expect(await scrape()).toEqual(all);
    now = 3_999;
    expect(await scrape()).toEqual(all);
    expect(asked).toBe(1);
    now = 4_000;
    await scrape();
    expect(asked).toBe(2);
  });

  it('asks nothing while nobody scrapes', () => {
    now = 60_000;
    expect(asked).toBe(0);
  });

  it('shows what was known where no answer comes, and nothing once that is old', async () => {
    await scrape();
    answer = () => new Promise(() => {});
    now = 30_000;
    expect(await scrape()).toEqual(all);
    now = 60_001;
    expect(await scrape()).toEqual([]);
    expect(asked).toBe(2);
  });

  it('shows nothing of a consumer that JetStream does not know', async () => {
    answer = () => Promise.reject(new Error('consumer not found'));
    expect(await scrape()).toEqual([]);
    answer = async () => counts;
    now = 4_000;
    expect(await scrape()).toEqual(all);
  });
});
