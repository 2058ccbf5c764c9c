import { describe, expect, it } from '@jest/globals';
import { InvalidRequest } from '../api/invalid-request.js';
import { readLooseEvents } from './read-loose-events.js';

describe('readLooseEvents', () => {
  it('completes an event about the account', () => {
    expect(readLooseEvents({ event: 'account_status_change' })).toEqual([
      {
        event: 'account_status_change',
        type: 'compliance_suspend',
        timestamp: expect.any(Number),
        sg_event_id: expect.stringMatching(/^[\w-]{22}$/),
      },
    ]);
  });

  it('leaves alone what is given, and an event that nobody has heard of', () => {
    const given = { event: 'renamed', timestamp: 'x', sg_event_id: 'id', extra: [1] };
    expect(readLooseEvents(given)).toEqual([given]);
  });

  it.each<[unknown, unknown[]]>([
    [{ any: 'thing' }, [{ any: 'thing' }]],
    ['text', ['text']],
    [null, [null]],
    [
      [{ event: 'open' }, 5, [1]],
      [{ event: 'open' }, 5, [1]],
    ],
  ])('takes the raw entry %j as it is', (raw, entries) => {
    expect(readLooseEvents({ raw })).toEqual(entries);
  });

  it.each<[string, unknown]>([
    ['', []],
    ['', 'x'],
    ['', undefined],
    ['event', {}],
    ['event', { event: '' }],
    ['event', { event: 5 }],
    ['raw', { raw: [] }],
    ['raw', { raw: Array(1001).fill(1) }],
    ['event', { raw: 1, event: 'open' }],
  ])('refuses with a word about “%s” the body %j', (path, body) => {
    const read = (): unknown => readLooseEvents(body);
    expect(read).toThrow(InvalidRequest);
    expect(read).toThrow(new RegExp(`^${path}: `));
  });
});
