import { describe, expect, it } from '@jest/globals';
import { Hearing } from './hearing.js';

describe('Hearing', () => {
  it('counts by send and type, and says of how many types a send has been told where one is new', () => {
    const hearing = new Hearing();
    expect(hearing.enter('1', 'comms.delivered')).toBe(1);
    expect(hearing.enter('1', 'comms.delivered')).toBe(0);
    expect(hearing.enter('1', 'comms.sent')).toBe(2);
    expect(hearing.enter(null, 'comms.test')).toBe(0);
    expect(hearing.heard).toEqual(
      new Map([
        [
          '1',
          new Map([
            ['comms.delivered', 2],
            ['comms.sent', 1],
          ]),
        ],
      ]),
    );
  });
});
