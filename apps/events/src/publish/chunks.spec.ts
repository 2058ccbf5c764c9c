import { describe, expect, it } from '@jest/globals';
import { chunks, written } from './chunks.js';

describe('chunks', () => {
  it.each([
    ['nothing', [], []],
    ['what fits together', ['a', 'b'], [['a', 'b']]],
    ['more than the count', ['a', 'b', 'c', 'd'], [['a', 'b', 'c'], ['d']]],
    ['more than the bytes', ['1234', '5678', '9'], [['1234'], ['5678', '9']]],
    ['characters of several bytes', ['é', 'éé', 'x'], [['é'], ['éé', 'x']]],
    ['a text beyond the limit', ['a', '1234567890', 'b'], [['a'], ['1234567890'], ['b']]],
  ])('cuts %s', (_, texts, expected) => {
    const runs = chunks(texts.map(written), { count: 3, bytes: 5 });
    expect(runs.map((run) => run.map(({ json }) => json))).toEqual(expected);
  });
});
