import { describe, expect, it } from '@jest/globals';
import { domainName, domainOf } from './domain-name.js';

describe('domainName', () => {
  it.each([
    ['yourcompany.com', 'yourcompany.com'],
    ['Mail.YourCompany.CO.UK', 'mail.yourcompany.co.uk'],
    ['münchen.de', 'xn--mnchen-3ya.de'],
    ['ａ．com', 'a.com'],
    ['xn--mnchen-3ya.de', 'xn--mnchen-3ya.de'],
    ['1password.com', '1password.com'],
    ['a-b.xn--p1ai', 'a-b.xn--p1ai'],
  ])('%s is %s', (text, name) => {
    expect(domainName(text)).toBe(name);
  });

  it.each([
    '',
    'localhost',
    'com',
    'yourcompany.com.',
    '.yourcompany.com',
    'your..company.com',
    'yourcompany.com/path',
    'https://yourcompany.com',
    'user@yourcompany.com',
    'yourcompany.com:25',
    'your company.com',
    'yourcompany.com\n',
    'ex%41mple.com',
    '-a.com',
    'a-.com',
    'a_b.com',
    '*.yourcompany.com',
    '127.0.0.1',
    '0x7f.1',
    '1.2.3',
    '2130706433',
    '[::1]',
    'abc.123',
    `${'a'.repeat(64)}.com`,
    `${'a.'.repeat(120)}com`,
    'xn--a.com',
    '\u0000.com',
    '\ud800.com',
    '\u202ecom.example',
    '¡.Ⴧ',
    '☃.example',
    '㎏.example',
  ])('%j is none', (text) => {
    expect(domainName(text)).toBeNull();
  });
});

describe('domainOf', () => {
  it('is what follows the last @, as the DNS has it', () => {
    expect(domainOf('Tickets@YourCompany.com')).toBe('yourcompany.com');
    expect(domainOf('tickets@MÜNCHEN.de')).toBe('xn--mnchen-3ya.de');
    expect(domainOf('"a@evil.example"@yourcompany.com')).toBe('yourcompany.com');
  });
});
