import { describe, expect, it } from '@jest/globals';
import type { QueuedEvent } from './queued-event.js';
import { batchBody, LARGEST_BATCH, takeBatch } from './take-batch.js';

const queued = (json: string): QueuedEvent => ({
  json,
  bytes: Buffer.byteLength(json),
  record: { state: 'queued', attempts: 0 },
});
const many = (count: number, size = 2): QueuedEvent[] =>
  Array.from({ length: count }, () => queued(`"${'x'.repeat(size - 2)}"`));

describe('takeBatch', () => {
  it('takes everything that has queued, and nothing of an empty queue', () => {
    const queue = many(3);
    expect(takeBatch(queue)).toHaveLength(3);
    expect(takeBatch(queue)).toEqual([]);
  });

  it('takes at most 1,000 events, in the order in which they came', () => {
    const queue = many(2500);
    const [first] = queue;
    const sizes = [takeBatch(queue), takeBatch(queue), takeBatch(queue)].map((batch) => batch.length);
    expect(sizes).toEqual([1000, 1000, 500]);
    expect(first).toBeDefined();
  });

  it('takes at most 768 KB', () => {
    const queue = many(1000, 2000);
    const batch = takeBatch(queue);
    const size = batchBody(batch).length;
    expect(size).toBeLessThanOrEqual(LARGEST_BATCH.bytes);
    expect(size + 2000).toBeGreaterThan(LARGEST_BATCH.bytes - 3);
  });

  it('takes a single event whatever its size', () => {
    const queue = many(2, 1_000_000);
    expect(takeBatch(queue)).toHaveLength(1);
    expect(queue).toHaveLength(1);
  });
});

describe('batchBody', () => {
  it('is a JSON array that ends in CR LF, in UTF-8', () => {
    const body = batchBody([queued('{"a":"é"}'), queued('{"b":2}')]).toString('utf8');
    expect(body.endsWith(']\r\n')).toBe(true);
    expect(JSON.parse(body)).toEqual([{ a: 'é' }, { b: 2 }]);
  });
});
