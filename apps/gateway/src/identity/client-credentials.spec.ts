import { describe, expect, it } from '@jest/globals';
import { readClientCredentials, type ClientCredentials } from './client-credentials.js';
import type { OAuthForm } from './token-form.js';

const basic = (text: string, form: OAuthForm = {}): ClientCredentials[] =>
  readClientCredentials(
    { headers: { authorization: `Basic ${Buffer.from(text).toString('base64')}` } },
    form,
  );

describe('readClientCredentials', () => {
  it('reads them from the form', () => {
    const form = { client_id: 'demo', client_secret: 's+%41' };
    expect(readClientCredentials({ headers: {} }, form)).toEqual([{ id: 'demo', secret: 's+%41' }]);
    expect(readClientCredentials({ headers: { authorization: 'Bearer x' } }, form)).toHaveLength(1);
  });

  it('reads them from the header, encoded as the RFC asks or plain as curl does', () => {
    expect(basic('demo:a:b')).toEqual([{ id: 'demo', secret: 'a:b' }]);
    expect(basic('my%20app:50%25+more')).toEqual([
      { id: 'my%20app', secret: '50%25+more' },
      { id: 'my app', secret: '50% more' },
    ]);
    expect(basic('demo:100%')).toEqual([{ id: 'demo', secret: '100%' }]);
    expect(basic('my%20app:secret', { client_id: 'my app' })).toEqual([{ id: 'my app', secret: 'secret' }]);
  });

  it.each<[string, () => unknown, string]>([
    ['none', () => readClientCredentials({ headers: {} }, {}), 'send client_id and client_secret'],
    [
      'half of them',
      () => readClientCredentials({ headers: {} }, { client_id: 'a' }),
      'send client_id and client_secret',
    ],
    ['a header without a colon', () => basic('demo'), 'client is invalid'],
    ['an empty secret', () => basic('demo:'), 'client is invalid'],
    ['control characters', () => basic('demo:a\0b'), 'client is invalid'],
    ['text beyond ASCII', () => basic('demo:\u00e9'), 'client is invalid'],
    [
      'both ways at once',
      () => basic('demo:x', { client_id: 'demo', client_secret: 'x' }),
      'in one way only',
    ],
    [
      'two clients',
      () => basic('demo:x', { client_id: 'other' }),
      'is not the one of the Authorization header',
    ],
  ])('refuses %s', (_what, read, message) => expect(read).toThrow(message));
});
