import { describe, expect, it } from '@jest/globals';
import { hashPassword, normalPassword, passwordMatches } from './passwords.js';

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

  it('match however the system they are typed on writes them', async () => {
    const stored = await hashPassword('caf\u00e9 \u{1F600} \u0645\u0631\u062d\u0628\u0627');
    expect(
      await passwordMatches(stored, 'cafe\u0301\u00a0\u{1F600}\u2003\u0645\u0631\u062d\u0628\u0627'),
    ).toBe(true);
  });

  it('are not computed for whom nobody admits any more', async () => {
    const refuse = (): never => {
      throw new Error('refused');
    };
    await expect(passwordMatches(undefined, 'correct horse', refuse)).rejects.toThrow('refused');
  });
});

describe('normalPassword', () => {
  it.each([
    ['correct horse', 'correct horse'],
    ['\u{1F468}\u200d\u{1F469}\u200d\u{1F467} family', '\u{1F468}\u200d\u{1F469}\u200d\u{1F467} family'],
    ['\u2764\ufe0f', '\u2764\ufe0f'],
    ['A\u030angstr\u00f6m', '\u00c5ngstr\u00f6m'],
    ['ﬁ Ａ', 'ﬁ Ａ'],
    ['a\u3000b', 'a b'],
  ])('%j becomes %j', (typed, expected) => expect(normalPassword(typed)).toBe(expected));

  it.each(['', 'a\0b', 'a\r\nb', 'a\tb', 'a\u007fb', 'a\u0085b', 'a\ud800b', 'a\ufffdb'])(
    'refuses %j',
    (typed) => expect(normalPassword(typed)).toBeUndefined(),
  );
});
