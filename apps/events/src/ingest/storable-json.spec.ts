import { describe, expect, it } from '@jest/globals';
import { storableJson } from './storable-json.js';

const read = (text: string): unknown => JSON.parse(storableJson(text));

describe('storableJson', () => {
  it.each([
    ['plain text', String.raw`{"a":"b"}`],
    ['an escaped pair of surrogates', String.raw`{"a":"\uD83D\ude00"}`],
    ['an escaped backslash before u0000', String.raw`{"a":"\\u0000"}`],
    ['other escapes', String.raw`{"a":"\n\u00e9\"\\\ud83d\ude00"}`],
  ])('leaves %s as it is', (_, text) => {
    expect(storableJson(text)).toBe(text);
  });

  it.each([
    ['NUL', String.raw`{"a":"x\u0000y"}`, { a: 'x\ufffdy' }],
    ['a lone high surrogate', String.raw`{"a":"\ud83dx"}`, { a: '\ufffdx' }],
    ['a lone low surrogate', String.raw`{"a":"\uDE00"}`, { a: '\ufffd' }],
    ['surrogates in the wrong order', String.raw`{"a":"\ude00\ud83d"}`, { a: '\ufffd\ufffd' }],
    ['NUL in a name', String.raw`{"\u0000":1}`, { '\ufffd': 1 }],
    ['NUL after an escaped backslash', String.raw`{"a":"\\\u0000"}`, { a: '\\\ufffd' }],
  ])('replaces %s', (_, text, expected) => {
    expect(read(text)).toEqual(expected);
  });
});
