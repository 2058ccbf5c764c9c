import { describe, expect, it } from '@jest/globals';
import { judgeSends } from './judge-sends.js';

const heard = (sends: Record<string, Record<string, number>>) =>
  new Map(Object.entries(sends).map(([id, types]) => [id, new Map(Object.entries(types))]));

describe('judgeSends', () => {
  it('finds what was not told, or not completely, and what was told twice', () => {
    const told = heard({
      whole: { 'comms.sent': 1, 'comms.delivered': 1 },
      half: { 'comms.sent': 1 },
      twice: { 'comms.sent': 1, 'comms.delivered': 2 },
      'of the warm-up': { 'comms.sent': 3 },
    });
    expect(judgeSends(['whole', 'half', 'twice', 'silent'], told)).toEqual({
      lost: ['half (no comms.delivered)', 'silent (no comms.sent, no comms.delivered)'],
      doubled: ['twice'],
    });
  });
});
