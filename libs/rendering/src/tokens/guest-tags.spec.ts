import { describe, expect, it } from '@jest/globals';
import { sortGuestTags } from './guest-tags.js';

describe('sortGuestTags', () => {
  it('sorts tags by their prefix', () => {
    expect(
      sortGuestTags('{tickettype}VIP, {session}Day 1 ,Press,{Session} Day 2,{TICKETTYPE}Dinner'),
    ).toEqual({
      tickets: ['VIP', 'Dinner'],
      sessions: ['Day 1', 'Day 2'],
      tags: ['Press'],
    });
  });

  it('leaves prefixes it does not know where they are', () => {
    expect(sortGuestTags('{seat}A1,session,{session').tags).toEqual(['{seat}A1', 'session', '{session']);
  });

  it.each(['', ' ', ',,,', '{session}', '{tickettype} ,', undefined, null])('finds nothing in %j', (list) => {
    expect(sortGuestTags(list)).toEqual({ tags: [], tickets: [], sessions: [] });
  });
});
