import { describe, expect, it } from '@jest/globals';
import { selects } from './selectors.js';

const labels = { app: 'gateway', tier: 'edge' };
const by = (operator: string, key: string, ...values: string[]) => ({
  matchExpressions: [{ key, operator, values }],
});

describe('selects', () => {
  it.each<[string, Parameters<typeof selects>[0], boolean]>([
    ['no selector', undefined, false],
    ['an empty one', {}, true],
    ['equal labels', { matchLabels: { app: 'gateway' } }, true],
    ['one that differs', { matchLabels: { app: 'gateway', tier: 'core' } }, false],
    ['a value in a list', by('In', 'app', 'sender', 'gateway'), true],
    ['a value that is in none', by('In', 'app', 'sender'), false],
    ['a label that is absent', by('In', 'zone', ''), false],
    ['a value not in a list', by('NotIn', 'app', 'sender'), true],
    ['a value that is in it', by('NotIn', 'app', 'gateway'), false],
    ['an absent label, which is in no list', by('NotIn', 'zone', 'a'), true],
    ['a label that exists', by('Exists', 'app'), true],
    ['one that does not', by('Exists', 'zone'), false],
    ['its opposite', by('DoesNotExist', 'zone'), true],
    ['the opposite of one that exists', by('DoesNotExist', 'app'), false],
    ['both kinds, one of which fails', { matchLabels: { app: 'gateway' }, ...by('Exists', 'zone') }, false],
  ])('goes by %s', (_what, selector, expected) => {
    expect(selects(selector, labels)).toBe(expected);
  });

  it('refuses an operator that there is not', () => {
    expect(() => selects(by('Is', 'app', 'gateway'), labels)).toThrow(
      '"Is" is no operator of a label selector',
    );
  });
});
