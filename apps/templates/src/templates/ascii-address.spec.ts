import { describe, expect, it } from '@jest/globals';
import { asciiAddress } from './ascii-address.js';

describe('asciiAddress', () => {
  it.each([
    ['tickets@yourcompany.com', 'tickets@yourcompany.com'],
    ['First.Last+tag@Sub.Example.co.uk', 'First.Last+tag@Sub.Example.co.uk'],
    ["o'brien@example.com", "o'brien@example.com"],
    ['tickets@münchen.example', 'tickets@xn--mnchen-3ya.example'],
    ['tickets@MÜNCHEN.example', 'tickets@xn--mnchen-3ya.example'],
    ['info@東京.example', 'info@xn--1lqs71d.example'],
    ['info@пример.xn--p1ai', 'info@xn--e1afmkfd.xn--p1ai'],
  ])('takes %s', (address, ascii) => {
    expect(asciiAddress(address)).toBe(ascii);
  });

  it.each([
    'me',
    '@example.com',
    'me@',
    'me@example',
    'a@b@example.com',
    'jürgen@example.com',
    '"me"@example.com',
    'a..b@example.com',
    'me@exa mple.com',
    'me@-example.com',
    'me@example..com',
    'me@127.0.0.1',
    'me@１２７.0.0.1',
    'me@[127.0.0.1]',
    'me@exämple%2ecom',
    'me@exämple/x.com',
    'me@\u202eexample.com',
    'Ada <me@example.com>',
    'me@example.com,you@example.com',
    'me@example.com\r\nBcc: you@example.com',
    `me@${'x'.repeat(64)}.com`,
  ])('does not take %j', (address) => {
    expect(asciiAddress(address)).toBeNull();
  });
});
