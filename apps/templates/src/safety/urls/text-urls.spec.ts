import { describe, expect, it } from '@jest/globals';
import { shownHosts, textUrls } from './text-urls.js';

describe('textUrls', () => {
  it.each([
    ['See https://a.example/b?c=d.', ['https://a.example/b?c=d']],
    ['(www.a.example)', ['www.a.example']],
    ['Go to a.online, or b.co.uk/x!', ['b.co.uk/x', 'a.online']],
    ['me@a.example, mailto:me@a.example', []],
    ['1.2.3, ticket.pdf, £10.50, p.m., Mr.Smith', []],
    [
      'http://localhost:3000/ http://[::1]/ ftp://a.example',
      ['http://localhost:3000/', 'http://[::1]/', 'ftp://a.example'],
    ],
    ['//a.example', ['a.example']],
    ['\ufdd00\ufdd1.it is', []],
    ['www.\ufdd00\ufdd1.com https://\ufdd00\ufdd1/x', ['www.\ufdd00\ufdd1.com', 'https://\ufdd00\ufdd1/x']],
  ])('finds in %j', (text, urls) => {
    expect(textUrls(text).map(({ url }) => url)).toEqual(urls);
    for (const { url, begin, end } of textUrls(text)) expect(text.slice(begin, end)).toBe(url);
  });
});

describe('shownHosts', () => {
  it.each([
    ['www.bank.example', ['www.bank.example']],
    ['Log in at “Bank.com”!', ['bank.com']],
    ['https://intern.bank/x', ['intern.bank']],
    ['bank.co.uk/login?x=a.b', ['bank.co.uk']],
    ['me@bank.com', []],
    ['README.md, 1.2.3, e.g. this', []],
    ['münchen.de', ['münchen.de']],
  ])('sees in %j', (text, hosts) => {
    expect(shownHosts(text)).toEqual(hosts);
  });
});
