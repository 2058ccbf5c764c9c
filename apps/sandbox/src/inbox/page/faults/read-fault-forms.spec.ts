import { describe, expect, it } from '@jest/globals';
import { InvalidRequest } from '../../../api/invalid-request.js';
import { NO_FAULTS, USUAL_MEASURES } from '../../../faults/fault-rates.js';
import { readRatesForm, readRuleForm } from './read-fault-forms.js';

describe('readRatesForm', () => {
  it('takes rates in percent, measures and the seed', () => {
    expect(readRatesForm({ rate429: '7', rate500: '12.5', slowMs: '50', seed: '9' }, 1)).toEqual({
      ...NO_FAULTS,
      ...USUAL_MEASURES,
      rate429: 0.07,
      rate500: 0.125,
      slowMs: 50,
      seed: 9,
    });
  });

  it('takes what is empty for not given', () => {
    expect(readRatesForm({ rate429: '', slowMs: '', seed: '' }, 5)).toEqual({
      ...NO_FAULTS,
      ...USUAL_MEASURES,
      seed: 5,
    });
  });

  it.each([
    { rate429: '101' },
    { rate429: '-1' },
    { rate429: 'x' },
    { rate429: ['1', '2'] },
    { rate418: '1' },
    { seed: '1.5' },
  ])('refuses %j', (form) => {
    expect(() => readRatesForm(form, 1)).toThrow(InvalidRequest);
  });
});

describe('readRuleForm', () => {
  const empty = {
    to: '',
    from: '',
    subject: '',
    argument: '',
    percent: '',
    times: '',
    status: '',
    delayMs: '',
    resetSeconds: '',
  };

  it('takes what is filled in', () => {
    const form = {
      ...empty,
      to: '*@a.example',
      argument: 'kind=tick*',
      fault: 'slow',
      percent: '29',
      times: '3',
      delayMs: '100',
    };
    expect(readRuleForm(form)).toEqual({
      match: { to: '*@a.example', customArg: { kind: 'tick*' } },
      fault: { kind: 'slow', delayMs: 100 },
      probability: 0.29,
      times: 3,
    });
  });

  it('leaves out the fields of other faults', () => {
    expect(readRuleForm({ ...empty, fault: 'server-error', status: '503', delayMs: '5' })).toEqual({
      match: {},
      fault: { kind: 'server-error' },
      probability: 1,
      times: null,
    });
  });

  it('takes an argument without a value for one with any', () => {
    expect(readRuleForm({ ...empty, fault: 'slow', argument: 'kind' }).match).toEqual({
      customArg: { kind: '*' },
    });
  });

  it.each([
    [{}, 'fault'],
    [{ fault: 'status' }, 'status'],
    [{ fault: 'slow', percent: '0' }, 'probability'],
    [{ fault: 'slow', times: '0' }, 'times'],
    [{ fault: 'slow', delayMs: 'soon' }, 'delayMs'],
    [{ fault: 'slow', to: ['a', 'b'] }, 'match.to'],
    [{ fault: 'slow', argument: '__proto__=x' }, ''],
  ])('names what is wrong with %j', (form, path) => {
    if (path) expect(() => readRuleForm({ ...empty, ...form })).toThrow(`${path}: `);
    else expect(readRuleForm({ ...empty, ...form }).fault.kind).toBe('slow');
  });
});
