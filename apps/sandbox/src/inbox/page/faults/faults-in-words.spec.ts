import { describe, expect, it } from '@jest/globals';
import { NO_FAULTS, USUAL_MEASURES } from '../../../faults/fault-rates.js';
import type { DescribedRule } from '../../../faults/rules/fault-rule.js';
import { faultsInWords, percentNumber } from './faults-in-words.js';
import { ruleInWords } from './rule-in-words.js';

const none = { ...NO_FAULTS, ...USUAL_MEASURES, seed: 1 };
const rule: DescribedRule = {
  id: 'r1',
  match: { to: '*@a.example', customArg: { kind: 'x*' } },
  fault: 'slow',
  delayMs: 100,
  probability: 0.5,
  times: 1,
  matched: 3,
  hits: 1,
  spent: true,
};

describe('faultsInWords', () => {
  it('is silent where nothing is on', () => {
    expect(faultsInWords(none, [rule])).toEqual([]);
  });

  it('names rates in percent, and counts the rules that still do something', () => {
    const settings = { ...none, rate500: 0.07, duplicateEvents: 1 };
    const rules = [rule, { ...rule, spent: false }, { ...rule, spent: false }];
    expect(faultsInWords(settings, rules)).toEqual(['rate500 7 %', 'duplicateEvents 100 %', '2 rules']);
  });
});

describe('percentNumber', () => {
  it.each([
    [0.07, 7],
    [0.29, 29],
    [0.000001, 0.0001],
    [1, 100],
    [0, 0],
  ])('%d is %d percent', (rate, percent) => {
    expect(percentNumber(rate)).toBe(percent);
  });
});

describe('ruleInWords', () => {
  it('says what it is for and what it has done', () => {
    expect(ruleInWords(rule)).toEqual({
      id: 'r1',
      fault: 'slow',
      measures: '100 ms, 50 %, at most once',
      match: 'to *@a.example, kind x*',
      standing: 'fitted 3, hit 1',
      spent: true,
    });
    expect(ruleInWords({ ...rule, match: {}, probability: 1, times: null })).toMatchObject({
      match: 'every mail',
      measures: '100 ms',
    });
  });
});
