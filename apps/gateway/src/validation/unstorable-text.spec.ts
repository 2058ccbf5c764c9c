import { describe, expect, it } from '@jest/globals';
import { unstorableText } from './unstorable-text.js';

const nul = 'must not contain NUL characters';
const surrogate = 'must be valid Unicode, without lone surrogates';

describe('unstorableText', () => {
  it('finds nothing in ordinary text, in any script', () => {
    expect(unstorableText({ a: 'عדה 👩🏽‍💻', b: [1, null, true, { c: '\u0001\u202E' }] })).toEqual([]);
    expect(unstorableText(undefined)).toEqual([]);
  });

  it('finds NUL and lone surrogates wherever they are', () => {
    const found = unstorableText({ a: '\0', b: ['x', '\ud800'], 'c/d~': { '\0e': 1 } });
    expect(found).toHaveLength(3);
    expect(found).toEqual(
      expect.arrayContaining([
        { path: '/a', message: nul },
        { path: '/b/1', message: surrogate },
        { path: '/c~1d~0/\uFFFDe', message: nul },
      ]),
    );
    expect(unstorableText('\udc00')).toEqual([{ path: '/', message: surrogate }]);
  });

  it('survives any depth', () => {
    const deep: unknown = JSON.parse(`${'['.repeat(200_000)}${']'.repeat(200_000)}`);
    expect(unstorableText(deep)).toEqual([
      { path: '/', message: 'must not be nested deeper than 32 levels' },
    ]);
  });
});
