import { describe, expect, it } from '@jest/globals';
import { readTrustedProxies } from './trusted-proxies.js';

describe('readTrustedProxies', () => {
  it('reads addresses, ranges and names', () => {
    expect(readTrustedProxies('192.0.2.7, 10.0.0.0/8,2001:db8::/32, ::1 ,loopback,')).toEqual([
      '192.0.2.7',
      '10.0.0.0/8',
      '2001:db8::/32',
      '::1',
      'loopback',
    ]);
  });

  it.each([
    'true',
    '1',
    ',',
    '10.0.0.0/0',
    '10.0.0.0/33',
    '10.0.0.0/255.0.0.0',
    '::1/129',
    'example.com',
    '10.1',
  ])('refuses %s', (raw) => expect(() => readTrustedProxies(raw)).toThrow('is not an address'));
});
