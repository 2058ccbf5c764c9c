import { parse } from 'node:querystring';
import { describe, expect, it } from '@jest/globals';
import { readTokenForm } from './token-form.js';

const read = (form: string): Record<string, string> => readTokenForm(parse(form));

describe('readTokenForm', () => {
  it('reads each parameter once', () => {
    expect(read('grant_type=password&username=a%40b.c&x=')).toEqual({
      grant_type: 'password',
      username: 'a@b.c',
      x: '',
    });
  });

  it.each([
    ['', 'Missing parameter: `grant_type`'],
    ['username=a', 'Missing parameter: `grant_type`'],
    ['grant_type=password&scope=a&scope=b', '`scope` is given more than once'],
    ['grant_type=password&grant_type=password', '`grant_type` is given more than once'],
    [`grant_type=password&password=${'x'.repeat(4097)}`, '`password` is too long'],
    ['grant_type=authorization_code', 'use one of password, refresh_token'],
    ['grant_type=__proto__', 'use one of password, refresh_token'],
  ])('refuses %j', (form, message) => {
    expect(() => read(form)).toThrow(message);
  });
});
