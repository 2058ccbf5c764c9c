import { describe, expect, it } from '@jest/globals';
import { tidyText } from './tidy-text.js';

describe('tidyText', () => {
  it('takes away what templates leave behind', () => {
    expect(tidyText('\n\n  a  \n\n\n \n b []\t\nc\n\n')).toBe('  a\n\n b\nc');
    expect(tidyText(' \n ')).toBe('');
  });

  it('takes linear time for long runs of blanks', () => {
    expect(tidyText(`a${' '.repeat(500_000)}\nb`)).toBe('a\nb');
  });
});
