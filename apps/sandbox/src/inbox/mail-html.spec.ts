import { describe, expect, it } from '@jest/globals';
import { mailHtml } from './mail-html.js';

describe('mailHtml', () => {
  it.each([
    [
      '<html><head lang="en"><title>x</title></head></html>',
      '<html><head lang="en"><base target="_blank"><title>x</title></head></html>',
    ],
    ['<p>x</p>', '<base target="_blank"><p>x</p>'],
    ['<header>x</header>', '<base target="_blank"><header>x</header>'],
  ])('opens the links of %s in a new tab when it is in the frame', (html, framed) => {
    expect(mailHtml(html, true)).toBe(framed);
    expect(mailHtml(html, false)).toBe(html);
  });
});
