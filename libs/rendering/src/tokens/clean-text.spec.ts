import { describe, expect, it } from '@jest/globals';
import { multiLineText, singleLineText } from './clean-text.js';

describe('multiLineText', () => {
  it.each([
    ['plain', 'plain'],
    ['é ✓ 😀 مرحبا', 'é ✓ 😀 مرحبا'],
    ['a\r\nb\rc\nd\u0085e\u2028f\u2029g', 'a\nb\nc\nd\ne\nf\ng'],
    ['\u0000a\u0007b\u001bc\u007fd\u009fe', 'abcde'],
    ['tab\tstays', 'tab\tstays'],
    ['half \ud83d of \ude00 a pair', 'half \ufffd of \ufffd a pair'],
    [undefined, ''],
    [null, ''],
    [5, '5'],
  ])('makes %j into %j', (value, text) => {
    expect(multiLineText(value)).toBe(text);
  });
});

describe('singleLineText', () => {
  it('has neither line breaks nor tabs', () => {
    expect(singleLineText('Anna\r\nBcc: x@example.com\tBerg\u2028!')).toBe('Anna Bcc: x@example.com Berg !');
  });

  it('takes linear time for long runs of blanks', () => {
    const blanks = ' '.repeat(500_000);
    expect(singleLineText(`${blanks}\n${blanks}x`)).toBe(`${blanks} ${blanks}x`);
  });
});
