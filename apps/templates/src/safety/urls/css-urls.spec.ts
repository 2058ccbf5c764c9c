import { describe, expect, it } from '@jest/globals';
import { cssUrls } from './css-urls.js';

describe('cssUrls', () => {
  it.each([
    ['a{b:url(x.png)}', ['x.png']],
    ['a{b:url( "x.png" )}', ['x.png']],
    [`a{b:URL('x\\.png')}`, ['x.png']],
    ['a{b:\\75 rl(x.png);c:url(y.png)}', ['x.png', 'y.png']],
    ['a{b:u\\72l("x.png")}', ['x.png']],
    ['a{b:url(\\68ttps://x)}', ['https://x']],
    ['a{b:url(x y.png)}', ['x y.png']],
    ['@import "x.css";a{b:"y"}', ['x.css']],
    ['@import url(x.css) screen;', ['x.css']],
    ['a{b:image-set("x.png" 1x, url(y.png) 2x)}', ['x.png', 'y.png']],
    ['a{b:"https://x";c:"Note: y"}', ['https://x']],
    ['a{b:url()}', []],
    ['/* url(x.png) */', []],
  ])('finds in %s', (css, urls) => {
    expect(cssUrls(css)).toEqual(urls);
  });

  it('reads a URL that is never closed once', () => {
    expect(cssUrls('\\75rl('.repeat(3))).toHaveLength(1);
  });
});
