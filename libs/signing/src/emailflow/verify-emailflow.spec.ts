import { createHmac, timingSafeEqual } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { vectors } from '../../test/fixtures.js';
import { hostileHeaders } from '../../test/hostile-headers.js';
import { signEmailflow } from './sign-emailflow.js';
import { verifyEmailflow } from './verify-emailflow.js';

const { secret, timestamp, body, header } = vectors.emailflow;
const now = timestamp;

/** What EmailFlow's page gives its integrators, with the clock as a parameter. */
function sampleReceiver(signed: string, rawBody: string, key: string, clock: number): boolean {
  const parts = Object.fromEntries(signed.split(',').map((part) => part.split('='))) as {
    t: string;
    v1: string;
  };
  if (Math.abs(clock - Number(parts.t)) > 300) return false;
  const expected = createHmac('sha256', key).update(`${parts.t}.${rawBody}`).digest('hex');
  return timingSafeEqual(Buffer.from(expected), Buffer.from(parts.v1));
}

describe('verifyEmailflow', () => {
  it('accepts the known-good header inside the window', () => {
    expect(verifyEmailflow({ secret, header, body, now })).toEqual({ valid: true, timestamp });
    expect(verifyEmailflow({ secret, header, body, now: now + 301 })).toEqual({
      valid: false,
      reason: 'timestamp_out_of_window',
    });
  });

  it('refuses another body, another secret and hostile headers', () => {
    const mismatch = { valid: false, reason: 'signature_mismatch' };
    expect(verifyEmailflow({ secret, header, body: `${body}\n`, now })).toEqual(mismatch);
    expect(verifyEmailflow({ secret: `${secret}x`, header, body, now })).toEqual(mismatch);
    for (const hostile of hostileHeaders) {
      expect(verifyEmailflow({ secret, header: hostile as string, body, now }).valid).toBe(false);
    }
  });

  it('agrees with the sample receiver of the documentation, also while a rotation overlaps', () => {
    expect(sampleReceiver(signEmailflow({ secret, timestamp, body }), body, secret, now)).toBe(true);
    const overlap = signEmailflow({ secrets: [secret, 'older-secret'], timestamp, body });
    expect(sampleReceiver(overlap, body, secret, now)).toBe(true);
    expect(verifyEmailflow({ secret: 'older-secret', header: overlap, body, now })).toEqual({
      valid: true,
      timestamp,
    });
  });
});
