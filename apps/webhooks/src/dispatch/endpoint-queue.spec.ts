import { describe, expect, it } from '@jest/globals';
import type { Delivery } from '../deliveries/delivery.js';
import { EndpointQueue } from './endpoint-queue.js';

const delivery = (id: string): Delivery => ({
  id,
  subscriptionId: 's',
  accountId: 'a',
  eventId: 'e',
  eventType: 'comms.sent',
  correlationId: null,
  body: '{}',
  attempts: 0,
  maxAttempts: 10,
  claimedUntil: 0,
});

const filled = (count: number): EndpointQueue => {
  const queue = new EndpointQueue(2, 10);
  for (let n = 0; n < count; n++) queue.push(delivery(`d${n}`));
  return queue;
};

describe('the queue of an endpoint', () => {
  it('lets so many be under way, in the order in which they came', () => {
    const queue = filled(3);
    expect([queue.take()?.id, queue.take()?.id, queue.take()]).toEqual(['d0', 'd1', undefined]);
    queue.done(true);
    expect(queue.take()?.id).toBe('d2');
  });

  it('has room only up to its bound', () => {
    expect([filled(0).room, filled(9).room, filled(10).room]).toEqual([10, 1, 0]);
  });

  it('probes an endpoint that does not answer, one request at a time, until it does', () => {
    const queue = filled(10);
    for (let n = 0; n < 5; n++) {
      queue.take();
      queue.done(false);
    }
    expect(queue.take()?.id).toBe('d5');
    expect(queue.take()).toBeUndefined();
    expect(queue.room).toBe(0);
    queue.done(true);
    expect([queue.take()?.id, queue.take()?.id]).toEqual(['d6', 'd7']);
  });

  it('learns nothing from a delivery that was not attempted', () => {
    const queue = filled(10);
    for (let n = 0; n < 5; n++) {
      queue.take();
      queue.done(false);
    }
    queue.take();
    queue.skip();
    expect([queue.take()?.id, queue.take()]).toEqual(['d6', undefined]);
  });

  it('gives everything that was not begun back', () => {
    const queue = filled(3);
    queue.take();
    expect(queue.drain().map(({ id }) => id)).toEqual(['d1', 'd2']);
    expect(queue.idle).toBe(false);
    queue.done(true);
    expect(queue.idle).toBe(true);
  });
});
