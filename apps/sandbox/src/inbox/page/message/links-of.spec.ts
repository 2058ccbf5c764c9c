import { describe, expect, it } from '@jest/globals';
import { linksOf } from './links-of.js';

describe('linksOf', () => {
  it('finds the web links in every way of quoting, each once', () => {
    const html = `<a href="https://a.example/?x=1&amp;y=2">a</a><A HREF = 'http://b.example/'>b</A>
      <a href=https://c.example/>c</a><a href="https://a.example/?x=1&y=2">again</a>`;
    expect(linksOf(html)).toEqual(['https://a.example/?x=1&y=2', 'http://b.example/', 'https://c.example/']);
  });

  it('finds no others', () => {
    expect(
      linksOf('<a href="javascript:alert(1)"><a href="mailto:a@b.example"><a href="#x"><a data-xhref="no">'),
    ).toEqual([]);
  });

  it('stops at a hundred', () => {
    const html = Array.from({ length: 300 }, (_, number) => `<a href="https://x.example/${number}">`).join(
      '',
    );
    expect(linksOf(html)).toHaveLength(100);
  });
});
