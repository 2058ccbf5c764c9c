import { describe, expect, it } from '@jest/globals';
import { InvalidRequest } from '../api/invalid-request.js';
import { readMessageSearch } from './read-message-search.js';

describe('readMessageSearch', () => {
  it('reads every parameter', () => {
    const parameters = {
      to: 'ann@example.com',
      subject: 'ticket',
      q: 'x',
      since: '2026-04-29T10:23:00.000Z',
      after: 'abc.0',
      limit: '10',
      wait: '5s',
      'customArg.qflow_send_id': 's1',
    };
    expect(readMessageSearch(parameters)).toEqual({
      query: {
        to: 'ann@example.com',
        subject: 'ticket',
        q: 'x',
        since: Date.parse('2026-04-29T10:23:00.000Z'),
        customArgs: { qflow_send_id: 's1' },
      },
      after: 'abc.0',
      limit: 10,
      waitMs: 5000,
    });
  });

  it('asks for 50 and does not wait when nothing is said', () => {
    expect(readMessageSearch({})).toEqual({ query: { customArgs: {} }, limit: 50, waitMs: 0 });
  });

  it('reads milliseconds too', () => {
    expect(readMessageSearch({ wait: '500ms' }).waitMs).toBe(500);
  });

  it.each([
    ['limit', '0'],
    ['limit', '1001'],
    ['limit', 'ten'],
    ['wait', '5'],
    ['wait', '61s'],
    ['wait', '-1s'],
    ['since', 'yesterday'],
    ['since', '2026-13-45T00:00:00Z'],
    ['subjekt', 'x'],
    ['customArg.', 'x'],
    ['to', ['a@b.co', 'c@d.ef']],
  ])('refuses %s=%j and says so', (path, value) => {
    const read = (): unknown => readMessageSearch({ [path]: value, limit: path === 'limit' ? value : '5' });
    expect(read).toThrow(InvalidRequest);
    expect(read).toThrow(new RegExp(`^${path.replace('.', '\\.')}: `));
  });
});
