import { describe, expect, it } from '@jest/globals';
import { attributeUrls } from './url-attributes.js';

const urls = (element: string, attributes: Record<string, string>): string[] =>
  attributeUrls(
    element,
    Object.entries(attributes).map(([name, value]) => ({ name, value })),
  ).map(({ url, place }) => `${place}: ${url}`);

describe('attributeUrls', () => {
  it.each([
    ['a b', ['image: a']],
    ['a 1x,b 2x', ['image: a', 'image: b']],
    ['a,b 1x', ['image: a,b']],
    ['a, b', ['image: a', 'image: b']],
    [' , a 100w , ,b', ['image: a', 'image: b']],
    ['data:image/png;base64,AAAA 2x', ['image: data:image/png;base64,AAAA']],
    ['', []],
  ])('reads srcset="%s"', (srcset, expected) => {
    expect(urls('img', { srcset })).toEqual(expected);
  });

  it.each([
    ['0;url=a', ['refresh: a']],
    ['0; URL = "a b" c', ['refresh: a b']],
    ['.5,a', ['refresh: a']],
    ['5', []],
    ['', []],
  ])('reads refresh content="%s"', (content, expected) => {
    expect(urls('meta', { 'http-equiv': 'Refresh', content })).toEqual(expected);
  });

  it('tells what may be a picture from what is loaded or clicked on', () => {
    expect(urls('a', { href: 'x' })).toEqual(['link: x']);
    expect(urls('img', { src: 'x' })).toEqual(['image: x']);
    expect(urls('iframe', { src: 'x' })).toEqual(['other: x']);
    expect(urls('base', { href: 'x' })).toEqual(['base: x']);
    expect(urls('link', { href: 'x' })).toEqual(['other: x']);
    expect(urls('a', { 'xlink:href': 'x', title: 'y', alt: 'url(z)' })).toEqual(['link: x', 'image: z']);
  });
});
