import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { exactNumbers } from './exact-numbers.js';

describe('exactNumbers', () => {
  it.each([
    ['beyond 2^53', '[9007199254740993]', '["9007199254740993"]'],
    ['below -2^53', '{"a":-9007199254740993}', '{"a":"-9007199254740993"}'],
    ['of thousands of digits', `[1,${'7'.repeat(3000)},2]`, `[1,"${'7'.repeat(3000)}",2]`],
    ['beyond what a double holds', '[1e400, -1E+400]', '["1e400", "-1E+400"]'],
    ['after white space', '[ 1,\r\n 9007199254740993 ]', '[ 1,\r\n "9007199254740993" ]'],
  ])('keeps a number %s', (_, text, expected) => {
    expect(exactNumbers(text)).toBe(expected);
  });

  it.each([
    ['the largest that is exact', '[9007199254740991,-9007199254740991]'],
    ['fractions and exponents', '{"a":1513299569.25,"b":1.5e3,"c":-0,"d":0.1234567890123456789}'],
    ['digits in strings', '["x:12345678901234567890", ",12345678901234567890", "\\",[12345678901234567890"]'],
    ['digits in names', '{":12345678901234567890":1}'],
  ])('leaves %s', (_, text) => {
    expect(exactNumbers(text)).toBe(text);
  });

  it('changes nothing but the form of numbers', () => {
    const read = (text: string): unknown =>
      JSON.parse(text, (_, value: unknown) => (typeof value === 'number' ? String(value) : value));
    fc.assert(
      fc.property(fc.json(), (text) => {
        expect(read(exactNumbers(text))).toEqual(read(text));
      }),
    );
  });

  it('keeps the digits of every whole number, among whatever strings', () => {
    fc.assert(
      fc.property(fc.bigInt(), fc.string({ unit: 'binary' }), (number, string) => {
        const text = `[${JSON.stringify(string)}, {${JSON.stringify(string)}:${number}}]`;
        const [first, second] = JSON.parse(exactNumbers(text)) as [string, Record<string, unknown>];
        expect(first).toBe(string);
        expect(String(Object.values(second)[0])).toBe(String(number));
      }),
    );
  });
});
