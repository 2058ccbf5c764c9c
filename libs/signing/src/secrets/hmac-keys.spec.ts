import { createHmac } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { hmacKeys, utf8Key } from './hmac-keys.js';

const digest = (key: Parameters<typeof createHmac>[1]): string => createHmac('sha256', key).digest('hex');

describe('hmacKeys', () => {
  it('makes the key of a secret once', () => {
    let made = 0;
    const keyOf = hmacKeys((secret) => (made++, Buffer.from(secret)));
    expect(keyOf('a')).toBe(keyOf('a'));
    expect(keyOf('b')).not.toBe(keyOf('a'));
    expect(made).toBe(2);
  });

  it('keeps no more than so many, and makes the others anew', () => {
    let made = 0;
    const keyOf = hmacKeys((secret) => (made++, Buffer.from(secret)));
    for (let n = 0; n <= 10_000; n++) keyOf(`secret ${n}`);
    keyOf('secret 10000');
    expect(made).toBe(10_001);
    expect(digest(keyOf('secret 0'))).toBe(digest('secret 0'));
    expect(made).toBe(10_002);
  });

  it('means the bytes of the text', () => {
    for (const secret of ['f'.repeat(64), 'ü€😀', 'x']) expect(digest(utf8Key(secret))).toBe(digest(secret));
  });
});
