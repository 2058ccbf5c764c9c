import { describe, expect, it } from '@jest/globals';
import { InvalidRequest } from '../../api/invalid-request.js';
import { readFaultRule } from './read-fault-rule.js';

function pathsOf(body: unknown): string[] {
  try {
    readFaultRule(body);
  } catch (error) {
    if (error instanceof InvalidRequest) return error.errors.map(({ path }) => path);
    throw error;
  }
  return [];
}

describe('readFaultRule', () => {
  it('takes what is given, and for the rest what is usual', () => {
    expect(readFaultRule({ fault: 'rate-limited' })).toEqual({
      match: {},
      fault: { kind: 'rate-limited', resetSeconds: 1 },
      probability: 1,
      times: null,
    });
    const match = { to: '*@a.b', from: 'c@d.e', subject: 'x', customArg: { y: 'z' } };
    expect(readFaultRule({ match, fault: 'slow', delayMs: 5, probability: 0.5, times: 3 })).toEqual({
      match,
      fault: { kind: 'slow', delayMs: 5 },
      probability: 0.5,
      times: 3,
    });
  });

  it.each([
    ['server-error', {}, {}],
    ['rate-limited', { resetSeconds: 60 }, { resetSeconds: 60 }],
    ['timeout-before-accept', {}, { delayMs: 120_000 }],
    ['timeout-after-accept', { delayMs: 100 }, { delayMs: 100 }],
    ['slow', {}, { delayMs: 2_000 }],
    ['reset-before-accept', {}, {}],
    ['reset-after-accept', {}, {}],
    ['status', { status: 403 }, { status: 403 }],
    ['status', { status: 502, body: '<html>' }, { status: 502, body: '<html>' }],
  ])('reads %s with %j', (fault, given, read) => {
    expect(readFaultRule({ fault, ...given }).fault).toEqual({ kind: fault, ...read });
  });

  it.each<[unknown, string[]]>([
    [null, ['']],
    [[], ['']],
    [{}, ['fault']],
    [{ fault: 'explode' }, ['fault']],
    [{ fault: 'slow', delayMs: 120_001 }, ['delayMs']],
    [{ fault: 'slow', delayMs: 1.5 }, ['delayMs']],
    [{ fault: 'slow', status: 500 }, ['status']],
    [{ fault: 'server-error', delayMs: 1, wrong: 1 }, ['delayMs', 'wrong']],
    [{ fault: 'status' }, ['status']],
    [{ fault: 'status', status: 200 }, ['status']],
    [{ fault: 'status', status: 500, body: 'x'.repeat(70_000) }, ['body']],
    [{ fault: 'rate-limited', resetSeconds: 3601 }, ['resetSeconds']],
    [{ fault: 'slow', probability: 0 }, ['probability']],
    [{ fault: 'slow', probability: 1.1 }, ['probability']],
    [{ fault: 'slow', times: 0 }, ['times']],
    [{ fault: 'slow', times: '3' }, ['times']],
    [{ fault: 'slow', match: 'x' }, ['match']],
    [{ fault: 'slow', match: { to: '' } }, ['match.to']],
    [{ fault: 'slow', match: { to: 'x'.repeat(501) } }, ['match.to']],
    [{ fault: 'slow', match: { recipient: 'x' } }, ['match.recipient']],
    [{ fault: 'slow', match: { customArg: 'x' } }, ['match.customArg']],
    [{ fault: 'slow', match: { customArg: { a: 1 } } }, ['match.customArg.a']],
    [{ match: { from: 1 }, times: -1 }, ['fault', 'times', 'match.from']],
  ])('refuses %j and names %j', (body, paths) => {
    expect(pathsOf(body)).toEqual(paths);
  });

  it('says for which faults a field is', () => {
    expect(() => readFaultRule({ fault: 'server-error', status: 500 })).toThrow('status: is only for status');
  });
});
