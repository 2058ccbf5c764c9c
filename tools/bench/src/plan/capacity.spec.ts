import { describe, expect, it } from '@jest/globals';
import { planCapacity } from './capacity.js';

const costs = { all: 2, gateway: 0.3, sender: 0.36, postgres: 0.6, nats: 0.12, sandbox: 0.2, bench: 0.1 };

const needOf = (sendsPerSecond: number, name: string) =>
  planCapacity(costs, sendsPerSecond).needs.find(({ process }) => process === name);

describe('planCapacity', () => {
  it('has what production runs, and no tools of the run', () => {
    const names = planCapacity(costs, 1_000).needs.map(({ process }) => process);
    expect(names).toEqual(['gateway', 'sender', 'postgres', 'nats']);
  });

  it('gives each process its room, and each service a second replica', () => {
    expect(needOf(1_000, 'gateway')).toMatchObject({ busy: 0.3, cores: 0.5, instances: 2 });
    expect(needOf(10_000, 'sender')?.busy).toBeCloseTo(3.6);
    expect(needOf(10_000, 'sender')?.instances).toBe(6);
  });

  it('splits PostgreSQL when one server is not enough', () => {
    expect(needOf(10_000, 'postgres')?.instances).toBe(1);
    expect(needOf(100_000, 'postgres')?.cores).toBeCloseTo(100);
    expect(needOf(100_000, 'postgres')?.instances).toBe(4);
  });

  it('has every message three times, on three servers at least', () => {
    expect(needOf(1_000, 'nats')?.busy).toBeCloseTo(0.54);
    expect(needOf(1_000, 'nats')?.instances).toBe(3);
    expect(needOf(100_000, 'nats')?.instances).toBe(12);
  });
});
