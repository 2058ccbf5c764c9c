import { describe, expect, it } from '@jest/globals';
import { readEntries } from './read-entries.js';

const read = (text: string): unknown[] => readEntries(Buffer.from(text));

describe('readEntries', () => {
  it.each<[string, string, unknown[]]>([
    ['an empty post', '[]', []],
    ['the line end of SendGrid', '[{"a":1}]\r\n', [{ a: 1 }]],
    ['line ends between entries', '[{"a":1},\r\n{"a":2}]\r\n', [{ a: 1 }, { a: 2 }]],
    ['a byte order mark', '\uFEFF[1]', [1]],
    [
      'numbers that are too large to be exact',
      '[{"id":12345678901234567891}]',
      [{ id: '12345678901234567891' }],
    ],
    ['characters outside of the basic plane', '["😀\\ud83d\\ude00"]', ['😀😀']],
  ])('reads %s', (_, text, entries) => {
    expect(read(text)).toEqual(entries);
  });

  it('replaces bytes that are not UTF-8', () => {
    const body = Buffer.concat([
      Buffer.from('["a'),
      Buffer.from([0xff, 0xed, 0xa0, 0x80]),
      Buffer.from('b"]'),
    ]);
    expect(readEntries(body)).toEqual(['a\ufffd\ufffd\ufffd\ufffdb']);
  });

  it('keeps a field named __proto__ a field', () => {
    const [entry] = read('[{"__proto__":{"event":"open"},"event":"click"}]');
    expect(Object.keys(entry as object)).toEqual(['__proto__', 'event']);
    expect(JSON.stringify(entry)).toBe('{"__proto__":{"event":"open"},"event":"click"}');
  });

  it.each([
    ['', 'is not valid JSON'],
    ['\r\n', 'is not valid JSON'],
    ['[{"event":"open"},', 'is not valid JSON'],
    ['[1] [2]', 'is not valid JSON'],
    ['[9007199254740993', 'is not valid JSON'],
    ['["a\u0000b"]', 'is not valid JSON'],
    ['{"event":"open"}', 'is not a JSON array'],
    ['null', 'is not a JSON array'],
    ['"[]"', 'is not a JSON array'],
  ])('refuses %j', (text, message) => {
    expect(() => read(text)).toThrow(
      expect.objectContaining({ code: 'validation_error', extras: { errors: [{ path: '/', message }] } }),
    );
  });
});
