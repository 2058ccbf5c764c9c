import { describe, expect, it } from '@jest/globals';
import { checkSecretStrength } from './check-secret-strength.js';
import { mintSecret } from './mint-secret.js';

describe('mintSecret', () => {
  it.each([
    ['qflow', /^[0-9a-f]{64}$/],
    ['emailflow', /^[0-9a-f]{64}$/],
    ['sendcomms', /^whsec_[0-9a-f]{64}$/],
    ['standard', /^whsec_[A-Za-z0-9+/]{43}=$/],
  ] as const)('mints %s secrets in the form of its page, strong and never twice', (format, form) => {
    const secrets = Array.from({ length: 100 }, () => mintSecret(format));
    expect(new Set(secrets).size).toBe(100);
    for (const secret of secrets) {
      expect(secret).toMatch(form);
      expect(checkSecretStrength(format, secret)).toEqual({ ok: true });
    }
  });
});
