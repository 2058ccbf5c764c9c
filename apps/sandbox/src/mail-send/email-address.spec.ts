import { describe, expect, it } from '@jest/globals';
import { isEmailAddress } from './email-address.js';

describe('isEmailAddress', () => {
  it.each([
    'a@b.co',
    'bounced+label@sandbox.test',
    "o'neil@example.com",
    'a.b-c_d@xn--mnchen-3ya.de',
    'A@B.CO',
  ])('takes %s', (address) => {
    expect(isEmailAddress(address)).toBe(true);
  });

  it.each([
    '',
    'a',
    'a@',
    '@b.co',
    'a@localhost',
    'a b@c.de',
    'a@b..co',
    '.a@b.co',
    'a..b@b.co',
    'a@-b.co',
    'a@b.co\r\nBcc: c@d.ef',
    'a@b.co,c@d.ef',
    'é@b.co',
    'a@b.co>',
    `${'a'.repeat(320)}@b.co`,
  ])('refuses %j', (address) => {
    expect(isEmailAddress(address)).toBe(false);
  });
});
