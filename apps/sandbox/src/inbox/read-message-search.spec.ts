import { describe, expect, it } from '@jest/globals';
import { InvalidRequest } from '../api/invalid-request.js';
import { readMessageSearch } from './read-message-search.js';

describe('readMessageSearch', () => {
  it('reads every parameter', () => {
    const parameters = {
      to: 'ann@example.com',
      subject: 'ticket',
      q: 'x',
      event: 'delivered',
      count: '3',
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
        event: 'delivered',
        since: Date.parse('2026-04-29T10:23:00.000Z'),
        customArgs: { qflow_send_id: 's1' },
      },
      after: 'abc.0',
      limit: 10,
      waitMs: 5000,
      count: 3,
      expected: 'count',
    });
  });

  it('asks for 50 and does not wait when nothing is said', () => {
    expect(readMessageSearch({})).toEqual({
      query: { customArgs: {} },
      limit: 50,
      waitMs: 0,
      count: 1,
      expected: 'nothing in particular',
    });
  });

  it('reads milliseconds too', () => {
    expect(readMessageSearch({ wait: '500ms' }).waitMs).toBe(500);
  });

  it('expects nothing for as long as absent says', () => {
    expect(readMessageSearch({ absent: '2s' })).toMatchObject({ waitMs: 2000, expected: 'absence' });
  });

  it.each(['wait', 'count'])('does not take %s beside absent', (name) => {
    const value = name === 'wait' ? '1s' : '1';
    expect(() => readMessageSearch({ absent: '2s', [name]: value })).toThrow(new RegExp(`^${name}: `));
  });

  it('sees a plus that the query has made a space', () => {
    const of = (to: string): unknown =>
      readMessageSearch(Object.fromEntries(new URLSearchParams(`to=${to}`))).query.to;
    expect(() => of('clicked+ann@sandbox.test')).toThrow('to: has a space');
    expect(of('clicked%2Bann@sandbox.test')).toBe('clicked+ann@sandbox.test');
  });

  it('knows a block from a bounce', () => {
    expect(readMessageSearch({ event: 'blocked' }).query).toEqual({ customArgs: {}, label: 'blocked' });
    expect(readMessageSearch({ event: 'bounce' }).query).toEqual({ customArgs: {}, event: 'bounce' });
  });

  it.each([
    ['limit', '0'],
    ['limit', '1001'],
    ['limit', 'ten'],
    ['count', '0'],
    ['count', '1001'],
    ['event', 'deliverd'],
    ['absent', 'soon'],
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
