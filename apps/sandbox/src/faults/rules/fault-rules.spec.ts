import { describe, expect, it } from '@jest/globals';
import type { NewFaultRule } from './fault-rule.js';
import { FaultRules } from './fault-rules.js';

const rule = (changes: Partial<NewFaultRule> = {}): NewFaultRule => ({
  match: {},
  fault: { kind: 'server-error' },
  probability: 1,
  times: null,
  ...changes,
});
const rulesWith = (...list: Partial<NewFaultRule>[]): FaultRules => {
  const rules = new FaultRules();
  for (const entry of list) rules.add(rule(entry), 1);
  return rules;
};
const mail = (to: string, more: object = {}): object => ({
  personalizations: [{ to: [{ email: to }] }],
  from: { email: 'events@conf.example' },
  subject: 'Your ticket',
  ...more,
});
const reset = { kind: 'reset-before-accept' } as const;

describe('FaultRules', () => {
  it('do nothing where there are none, or none that fits', () => {
    expect(new FaultRules().strike(mail('ann@example.com'))).toBeNull();
    const rules = rulesWith({ match: { to: 'ben@*' } });
    expect(rules.strike(mail('ann@example.com'))).toBeNull();
    expect(rules.list()).toMatchObject([{ matched: 0, hits: 0 }]);
  });

  it.each<[string, NewFaultRule['match'], object]>([
    ['everything', {}, mail('ann@example.com')],
    ['everything, even what is no mail', {}, []],
    ['a recipient', { to: '*@EXAMPLE.com' }, mail('ann@example.com')],
    [
      'a recipient in bcc',
      { to: 'cy@*' },
      { personalizations: [{ to: [{ email: 'a@b.co' }], bcc: [{ email: 'cy@b.co' }] }] },
    ],
    ['the sender', { from: 'events@*' }, mail('ann@example.com')],
    [
      'the sender of a personalization',
      { from: 'other@*' },
      mail('x', { personalizations: [{ to: [{ email: 'a@b.co' }], from: { email: 'other@b.co' } }] }),
    ],
    ['the subject', { subject: '*ticket' }, mail('ann@example.com')],
    ['a custom argument', { customArg: { a: 'x*' } }, mail('ann@example.com', { custom_args: { a: 'xy' } })],
    [
      'all of it in one copy',
      { to: 'ben@b.co', subject: 'For Ben', customArg: { part: '2' } },
      mail('', {
        personalizations: [
          { to: [{ email: 'ann@b.co' }], custom_args: { part: '1' } },
          { to: [{ email: 'ben@b.co' }], subject: 'For Ben', custom_args: { part: '2' } },
        ],
      }),
    ],
  ])('fit %s', (_, match, body) => {
    expect(rulesWith({ match }).strike(body)).toEqual({ kind: 'server-error' });
  });

  it.each<[string, NewFaultRule['match'], object]>([
    [
      'parts of two copies',
      { to: 'ann@b.co', customArg: { part: '2' } },
      mail('', {
        personalizations: [
          { to: [{ email: 'ann@b.co' }], custom_args: { part: '1' } },
          { to: [{ email: 'ben@b.co' }], custom_args: { part: '2' } },
        ],
      }),
    ],
    ['an argument that is not there', { customArg: { constructor: '*' } }, mail('ann@example.com')],
    ['what is no mail', { to: 'a*' }, { personalizations: 'x', from: 1, subject: {} }],
  ])('do not fit %s', (_, match, body) => {
    expect(rulesWith({ match }).strike(body)).toBeNull();
  });

  it('are asked in their order: the first that fits decides', () => {
    const rules = rulesWith({ match: { to: 'ann@*' }, fault: reset }, {});
    expect(rules.strike(mail('ann@example.com'))).toEqual(reset);
    expect(rules.strike(mail('ben@example.com'))).toEqual({ kind: 'server-error' });
    expect(rules.list()).toMatchObject([
      { id: 'r1', fault: 'reset-before-accept', matched: 1, hits: 1 },
      { id: 'r2', fault: 'server-error', matched: 1, hits: 1 },
    ]);
  });

  it('are spent after as many hits as they were set for, and let the next one decide', () => {
    const rules = rulesWith({ times: 2, fault: reset }, {});
    const kinds = [1, 2, 3].map(() => rules.strike(mail('a@b.co'))?.kind);
    expect(kinds).toEqual(['reset-before-accept', 'reset-before-accept', 'server-error']);
    expect(rules.get('r1')).toMatchObject({ times: 2, hits: 2, spent: true });
    expect(rules.get('r2')).toMatchObject({ times: null, hits: 1, spent: false });
  });

  it('hit by chance, the same way with the same seed', () => {
    const hits = (seed: number): boolean[] => {
      const rules = new FaultRules();
      rules.add(rule({ probability: 0.5 }), seed);
      return Array.from({ length: 100 }, () => rules.strike({}) !== null);
    };
    expect(hits(7)).toEqual(hits(7));
    expect(hits(7)).not.toEqual(hits(8));
    const rules = rulesWith({ probability: 0.5 });
    for (let count = 0; count < 1000; count += 1) rules.strike({});
    const [{ matched, hits: struck } = { matched: 0, hits: 0 }] = rules.list();
    expect(matched).toBe(1000);
    expect(struck).toBeGreaterThan(400);
    expect(struck).toBeLessThan(600);
  });

  it('start their sequences anew with a seed', () => {
    const rules = rulesWith({ probability: 0.5 });
    const sequence = (): boolean[] => {
      rules.restart(3);
      return Array.from({ length: 50 }, () => rules.strike({}) !== null);
    };
    expect(sequence()).toEqual(sequence());
  });

  it('are at most a hundred', () => {
    const rules = rulesWith(...Array<object>(100).fill({}));
    expect(() => rules.add(rule(), 1)).toThrow('There are 100 rules already');
    rules.delete('r50');
    expect(rules.add(rule(), 1).id).toBe('r101');
    expect(() => rules.get('r50')).toThrow('There is no such rule');
    expect(() => rules.delete('r50')).toThrow('There is no such rule');
  });
});
