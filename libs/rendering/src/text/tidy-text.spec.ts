import { describe, expect, it } from '@jest/globals';
import { tidyText } from './tidy-text.js';

describe('tidyText', () => {
  it('takes away what templates leave behind', () => {
    expect(tidyText('\n\n  a  \n\n\n \n b []\t\nc\n\n')).toBe('  a\n\n b\nc');
    expect(tidyText(' \n ')).toBe('');
  });

  it('is what it says, whatever the text is made of', () => {
    /** The definition, for texts that are short. */
    const tidied = (text: string): string =>
      text
        .replaceAll(' []', '')
        .replace(/\s+$/, '')
        .replace(/[^\S\n]+(?=\n)/g, '')
        .replace(/^\n+/, '')
        .replace(/\n{3,}/g, '\n\n');
    const parts = ['a', ' ', '\n', ' []', '\u00a0', 'é', '\r'];
    const texts = (length: number): string[] =>
      length === 0 ? [''] : texts(length - 1).flatMap((text) => parts.map((part) => text + part));
    for (const length of [0, 1, 2, 3, 4, 5])
      for (const text of texts(length)) expect([text, tidyText(text)]).toEqual([text, tidied(text)]);
  });

  it('takes linear time for long runs of blanks', () => {
    expect(tidyText(`a${' '.repeat(500_000)}\nb`)).toBe('a\nb');
  });
});
