import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import { Bulkhead } from './bulkhead.js';

describe('Bulkhead', () => {
  it('has its places, and twice as many to wait', () => {
    const bulkhead = new Bulkhead(2);
    expect([bulkhead.enter(), bulkhead.enter(), bulkhead.enter()]).toEqual([true, true, false]);
    for (let waiting = 0; waiting < 4; waiting++) {
      expect(bulkhead.isFull).toBe(false);
      bulkhead.wait(() => {});
    }
    expect(bulkhead.isFull).toBe(true);
  });

  it('gives a place that becomes free to whoever has waited longest', async () => {
    const bulkhead = new Bulkhead(1);
    const begun: string[] = [];
    bulkhead.enter();
    for (const name of ['first', 'second']) bulkhead.wait(() => begun.push(name));
    bulkhead.leave();
    await turn();
    expect([begun, bulkhead.enter()]).toEqual([['first'], false]);
    bulkhead.leave();
    await turn();
    expect([begun, bulkhead.enter()]).toEqual([['first', 'second'], false]);
  });

  it('is empty again when everybody has left', () => {
    const bulkhead = new Bulkhead(2);
    bulkhead.enter();
    bulkhead.enter();
    bulkhead.leave();
    bulkhead.leave();
    expect([bulkhead.enter(), bulkhead.enter(), bulkhead.enter()]).toEqual([true, true, false]);
  });
});
