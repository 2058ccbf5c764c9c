import { describe, expect, it } from '@jest/globals';
import { neutraliseCode, neutraliseScript, neutraliseUrl } from './neutralise.js';

describe('neutraliseUrl', () => {
  it.each([
    'https://example.com/a:b?c=d:e',
    'HTTP://example.com',
    'mailto:a@example.com',
    'tel:+49301234',
    'sms:+49301234',
    '/path:with-colon',
    '#a:b',
    '?a:b',
    'www.example.com',
    '',
  ])('lets %j be', (url) => {
    expect(neutraliseUrl(url)).toBe(url);
  });

  it.each([
    ['javascript:alert(1)', 'javascript%3Aalert(1)'],
    [' JavaScript:alert(1)', 'JavaScript%3Aalert(1)'],
    ['java\tscript\n:alert(1)', 'java\tscript\n%3Aalert(1)'],
    ['vbscript:x', 'vbscript%3Ax'],
    ['data:text/html,x', 'data%3Atext/html,x'],
    ['file:///etc/passwd', 'file%3A///etc/passwd'],
    [':x', '%3Ax'],
    ['blob:https://x', 'blob%3Ahttps://x'],
  ])('takes the scheme from %j', (url, harmless) => {
    expect(neutraliseUrl(url)).toBe(harmless);
  });
});

describe('neutraliseScript', () => {
  it.each([
    ['Note: this', 'Note: this'],
    ['https://example.com', 'https://example.com'],
    [' javascript:alert(1)', ' javascript%3Aalert(1)'],
    ['data:text/html,x', 'data%3Atext/html,x'],
  ])('makes %j into %j', (value, harmless) => {
    expect(neutraliseScript(value)).toBe(harmless);
  });
});

describe('neutraliseCode', () => {
  it('leaves colours, sizes and addresses, and takes what could end them', () => {
    expect(neutraliseCode('#ff0000')).toBe('#ff0000');
    expect(neutraliseCode('https://example.com/a.png?b=c')).toBe('https://example.com/a.png?b=c');
    expect(neutraliseCode('red;background:url("x")}</style><script>')).toBe('redbackground:urlx/stylescript');
  });
});
