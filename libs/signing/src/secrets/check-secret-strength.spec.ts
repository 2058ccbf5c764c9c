import { describe, expect, it } from '@jest/globals';
import { checkSecretStrength } from './check-secret-strength.js';

describe('checkSecretStrength', () => {
  it.each([
    ['sendcomms', 'your_webhook_secret'],
    ['sendcomms', 'whsec_21be983f359112f9e07658ed2bddcee3'],
    ['emailflow', 'correct-horse-battery-staple'],
    ['qflow', '0d5124eefa6ed9ae1fece694f70c3c04e48ccb73c67f313548629220cfb61252'],
    ['standard', 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'],
  ] as const)('passes a %s secret such as %p', (format, secret) => {
    expect(checkSecretStrength(format, secret)).toEqual({ ok: true });
  });

  it.each([
    ['sendcomms', '', 'too_short'],
    ['sendcomms', 'b41c0f8a2e', 'too_short'],
    ['sendcomms', 'x1'.repeat(129), 'too_long'],
    ['sendcomms', 'abcdefgh\nabcdefgh', 'unprintable'],
    ['sendcomms', 'pass phrase with blanks', 'unprintable'],
    ['sendcomms', 'geheimnis-mit-ümlaut', 'unprintable'],
    ['emailflow', 'a'.repeat(64), 'too_repetitive'],
    ['standard', 'MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw', 'not_standard_form'],
    ['standard', 'whsec_dG9vIHNob3J0ISE=', 'not_standard_form'],
    ['standard', `whsec_${Buffer.alloc(65, 'abcdefgh').toString('base64')}`, 'not_standard_form'],
    ['standard', 'whsec_not-base64-*********', 'not_standard_form'],
  ] as const)('refuses the %s secret %p as %s', (format, secret, reason) => {
    const strength = checkSecretStrength(format, secret);
    expect(strength).toEqual({ ok: false, reason, message: expect.stringMatching(/^must /) });
  });
});
