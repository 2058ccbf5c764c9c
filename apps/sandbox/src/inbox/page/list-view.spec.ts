import { describe, expect, it } from '@jest/globals';
import { addressOf, readListView } from './list-view.js';
import { searchOf } from './list/search-of.js';

describe('readListView', () => {
  it('reads what is given', () => {
    expect(readListView({ q: ' ann ', state: 'bounce', after: 'm1.0' })).toEqual({
      q: 'ann',
      state: 'bounce',
      after: 'm1.0',
    });
  });

  it.each([{}, { q: ['a', 'b'], state: 'nope', after: { x: '1' } }, { state: '__proto__' }])(
    'takes what makes no sense for not given: %j',
    (parameters) => {
      expect(readListView(parameters)).toEqual({ q: '', state: '', after: '' });
    },
  );
});

describe('addressOf', () => {
  it('leaves out what is empty, and escapes the rest', () => {
    expect(addressOf('/inbox', { q: '', state: '' })).toBe('/inbox');
    expect(addressOf('/inbox', { q: 'a&b="ü', state: 'open' })).toBe('/inbox?q=a%26b%3D%22%C3%BC&state=open');
  });
});

describe('searchOf', () => {
  it.each([
    ['', {}],
    ['Summer Gala', { q: 'Summer Gala' }],
    ['ann@example.com', { q: 'ann@example.com' }],
    ['a = b', { q: 'a = b' }],
    ['=b', { q: '=b' }],
  ])('%j is a search for a part', (q, query) => {
    expect(searchOf({ q, state: '' })).toEqual({ customArgs: {}, ...query });
  });

  it('name=value is a custom argument', () => {
    expect(searchOf({ q: 'qflow_send_id=a=b', state: 'blocked' })).toEqual({
      label: 'blocked',
      customArgs: { qflow_send_id: 'a=b' },
    });
  });
});
