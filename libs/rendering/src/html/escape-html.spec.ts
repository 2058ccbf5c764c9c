import { describe, expect, it } from '@jest/globals';
import { escapeQuoted, escapeText, escapeUnquoted, unescapeText } from './escape-html.js';

const value = `<b title="x" id='y'>&amp;\n\`= z</b>`;

describe('escaping HTML', () => {
  it('escapes text, with line breaks that show', () => {
    expect(escapeText(value)).toBe('&lt;b title=&quot;x&quot; id=&#39;y&#39;&gt;&amp;amp;<br>`= z&lt;/b&gt;');
    expect(escapeText('plain é ✓')).toBe('plain é ✓');
  });

  it('escapes quoted values, without line breaks', () => {
    expect(escapeQuoted(value)).toBe('&lt;b title=&quot;x&quot; id=&#39;y&#39;&gt;&amp;amp; `= z&lt;/b&gt;');
  });

  it('escapes unquoted values, with everything that could end them', () => {
    expect(escapeUnquoted(value)).toBe(
      '&lt;b&#32;title&#61;&quot;x&quot;&#32;id&#61;&#39;y&#39;&gt;&amp;amp;&#10;&#96;&#61;&#32;z&lt;/b&gt;',
    );
    expect(escapeUnquoted('https://example.com/a?b#c')).toBe('https://example.com/a?b#c');
  });

  it('can be undone for text', () => {
    expect(unescapeText(escapeText(value))).toBe(value);
  });
});
