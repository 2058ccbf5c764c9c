import { describe, expect, it } from '@jest/globals';
import { addressKey, nameKey, sourceOf } from './guess-key.js';

describe('sourceOf', () => {
  it.each([
    ['192.0.2.7', '192.0.2.7'],
    ['192.0.2.7:51234', '192.0.2.7'],
    ['::ffff:192.0.2.7', '192.0.2.7'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:0DB8:0001:0002:ffff::1', '2001:db8:1:2::/64'],
    ['[2001:db8:1:2::9]:443', '2001:db8:1:2::/64'],
    ['2001:db8::1', '2001:db8:0:0::/64'],
    ['fe80::1%eth0', 'fe80:0:0:0::/64'],
    ['::1', '0:0:0:0::/64'],
    ['unknown', 'unknown'],
    ['', ''],
  ])('%s is counted as %s', (ip, source) => expect(sourceOf(ip)).toBe(source));
});

describe('keys', () => {
  it('are the same for every way to type a name', () => {
    expect(nameKey('Acme/ADA@Example.com')).toEqual(nameKey('acme/ada@example.com'));
    expect(nameKey('jose\u0301@example.com')).toEqual(nameKey('jos\u00e9@example.com'));
    expect(nameKey('ada@example.com')).not.toEqual(nameKey('bob@example.com'));
  });

  it('differ by what was guessed', () => {
    expect(addressKey('address', '192.0.2.7')).not.toEqual(addressKey('client-address', '192.0.2.7'));
    expect(addressKey('address', '192.0.2.7')).toHaveLength(32);
  });
});
