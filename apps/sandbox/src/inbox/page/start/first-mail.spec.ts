import { describe, expect, it } from '@jest/globals';
import { execFileSync } from 'node:child_process';
import { firstMailOf } from './first-mail.js';

const of = (host: string | undefined, apiKey = 'SG.sandbox') =>
  firstMailOf({ headers: { host }, protocol: 'http' }, apiKey);

describe('firstMailOf', () => {
  it.each(['127.0.0.1:3005', 'localhost', 'sandbox.internal:80', '[::1]:3005'])(
    'goes by the host %s',
    (host) => {
      expect(of(host).baseUrl).toBe(`http://${host}`);
    },
  );

  it.each([undefined, '', "x'; rm -rf ~", 'a b', 'a/b', 'user@host', '$(id)'])(
    'takes %j for no host',
    (host) => {
      expect(of(host).baseUrl).toBe('http://127.0.0.1:3005');
    },
  );

  it.each(['SG.sandbox', `it's "$(id)" \\ and \`more\``])('quotes the key %j for a shell', (apiKey) => {
    const { curl } = of('127.0.0.1:3005', apiKey);
    const command = curl.replace('curl', `printf '%s\\n'`);
    const words = execFileSync('sh', ['-c', command], { encoding: 'utf8' });
    expect(words).toContain(`Authorization: Bearer ${apiKey}\n`);
    expect(JSON.parse(words.slice(words.indexOf('{')))).toMatchObject({ subject: 'Your ticket' });
  });

  it('says what becomes of mail to the magic recipients', () => {
    expect(of('x').magic.find(({ address }) => address === 'blocked@sandbox.test')?.events).toEqual([
      { name: 'processed', tone: 'soft' },
      { name: 'blocked', tone: 'wait' },
    ]);
  });
});
