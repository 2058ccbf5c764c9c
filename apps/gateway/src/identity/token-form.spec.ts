import { parse } from 'node:querystring';
import { describe, expect, it } from '@jest/globals';
import { readForm, readTokenForm } from './token-form.js';

const headers = { 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' };
const read = (form: string): object => readTokenForm({ headers, body: parse(form) });

describe('readTokenForm', () => {
  it('reads each parameter once, and leaves out what is empty or unknown', () => {
    expect(read('grant_type=password&username=a%40b.c&scope=&x=1&x=2&__proto__=3')).toEqual({
      grant_type: 'password',
      username: 'a@b.c',
    });
  });

  it('reads any text', () => {
    expect(read(`grant_type=password&password=${encodeURIComponent('caf\u00e9 \u{1F600}')}`)).toMatchObject({
      password: 'caf\u00e9 \u{1F600}',
    });
  });

  it.each([
    ['', 'Missing parameter: `grant_type`'],
    ['username=a', 'Missing parameter: `grant_type`'],
    ['grant_type=password&scope=a&scope=b', '`scope` is given more than once'],
    ['grant_type=password&grant_type=password', '`grant_type` is given more than once'],
    [`grant_type=password&password=${'x'.repeat(4097)}`, '`password` is too long'],
    ['grant_type=password&username=a%00b', '`username` holds control characters'],
    ['grant_type=password&password=a%0d%0ab', '`password` holds control characters'],
    ['grant_type=password&password=%ff%fe', '`password` holds control characters or is not valid UTF-8'],
    ['grant_type=authorization_code', 'use one of password, refresh_token'],
    ['grant_type=__proto__', 'use one of password, refresh_token'],
  ])('refuses %j', (form, message) => {
    expect(() => read(form)).toThrow(message);
  });
});

describe('readForm', () => {
  it.each([undefined, 'application/json', 'application/x-www-form-urlencodedx', 'text/plain'])(
    'refuses the media type %s',
    (type) => {
      expect(() => readForm({ headers: type ? { 'content-type': type } : {}, body: {} })).toThrow(
        'send the parameters as application/x-www-form-urlencoded',
      );
    },
  );

  it('refuses values that are no text', () => {
    expect(() => readForm({ headers, body: { token: { a: 1 } } })).toThrow('Invalid parameter: `token`');
  });
});
