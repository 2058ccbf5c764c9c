import { describe, expect, it } from '@jest/globals';
import { firstLink } from './first-link.js';

describe('firstLink', () => {
  it.each([
    ['<a href="https://a.example/x?y=1&amp;z=2">', 'https://a.example/x?y=1&z=2'],
    ["<A HREF = 'http://b.example/'>", 'http://b.example/'],
    ['<a href=https://c.example/d>', 'https://c.example/d'],
    ['<a href="mailto:x@y.z"><a href="https://later.example">', 'https://later.example'],
  ])('of %s', (html, url) => {
    expect(firstLink(html)).toBe(url);
  });

  it('is undefined where there is none', () => {
    expect(firstLink('<p>https://not.a.link/</p>')).toBeUndefined();
  });
});
