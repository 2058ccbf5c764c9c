import { describe, expect, it } from '@jest/globals';
import { readEntry } from './read-entry.js';

const hosts = (...names: string[]) => ({ kind: 'host', hosts: names });
const url = (key: string) => ({ kind: 'url', key });

describe('readEntry', () => {
  it.each([
    ['0.0.0.0 evil.example', hosts('evil.example')],
    ['127.0.0.1\tA.Evil.Example b.evil.example. # seen on Monday', hosts('a.evil.example', 'b.evil.example')],
    ['::1 evil.example', hosts('evil.example')],
    ['evil.example\r', hosts('evil.example')],
    ['bösewicht.example', hosts('xn--bsewicht-n4a.example')],
    ['_dmarc.evil-host.example', hosts('_dmarc.evil-host.example')],
    ['203.0.113.7', hosts('203.0.113.7')],
    ['http://evil.example/a?b#c', url('evil.example/a?b')],
    ['HTTPS://Evil.example:8443', url('evil.example:8443/')],
    ['"3","2026-11-01 10:00:00","http://evil.example/x","online","malware_download"', url('evil.example/x')],
  ])('reads %j', (line, entry) => {
    expect(readEntry(line)).toEqual(entry);
  });

  it.each([
    '',
    '  ',
    '# evil.example',
    '! a comment',
    '127.0.0.1 localhost',
    '::1 ip6-localhost ip6-loopback',
  ])('skips %j', (line) => {
    expect(readEntry(line)).toBe('skip');
  });

  it.each([
    '<html>',
    'evil',
    'evil.example other.example',
    'http://',
    '"1","2"',
    '||evil.example^',
    'a..b',
    '\0\u0001',
  ])('cannot read %j', (line) => {
    expect(readEntry(line)).toBe('unreadable');
  });
});
