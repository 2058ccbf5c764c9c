import { describe, expect, it } from '@jest/globals';
import { hashPassword, passwordMatches } from './passwords.js';

describe('passwords', () => {
  it('are stored as argon2id at the cost OWASP asks for, never twice alike', async () => {
    const [one, two] = [await hashPassword('correct horse'), await hashPassword('correct horse')];
    expect(one).toMatch(/^\$argon2id\$v=19\$m=19456,(p=1,t=2|t=2,p=1)\$/);
    expect(one).not.toBe(two);
  });

  it('match themselves and nothing else', async () => {
    const stored = await hashPassword('correct horse');
    expect(await passwordMatches(stored, 'correct horse')).toBe(true);
    expect(await passwordMatches(stored, 'Correct horse')).toBe(false);
  });

  it('match nobody where there is no user, not even the stand-in', async () => {
    expect(await passwordMatches(undefined, 'nobody has this password')).toBe(false);
  });
});
