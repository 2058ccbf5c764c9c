import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { parseAllowedNetworks } from './allowed-networks.js';
import { checkUrl } from './check-url.js';
import { DestinationRefused } from './destination-refused.js';

interface Case {
  url: string;
  why: string;
  code?: string;
  dns?: unknown;
}

const corpus = (name: string): Case[] =>
  JSON.parse(
    readFileSync(path.join(import.meta.dirname, '../../test/outbound', `${name}.json`), 'utf8'),
  ) as Case[];

const refusal = (url: string, networks = ''): { code: string; message: string } | null => {
  try {
    checkUrl(url, parseAllowedNetworks(networks));
    return null;
  } catch (error) {
    if (!(error instanceof DestinationRefused)) throw error;
    return { code: error.code, message: error.message };
  }
};

describe('a URL that shows by itself where it leads', () => {
  const hostile = corpus('hostile-urls').filter(({ dns }) => dns === undefined);

  it.each(hostile.map(({ url, why, code }) => [why, url.slice(0, 80), code, url]))(
    '%s: %p is refused with %s',
    (_why, _shown, code, url = '') => {
      const refused = refusal(url);
      expect(refused?.code).toBe(code);
      // For a person, and not longer than one reads.
      expect(refused?.message).toMatch(/^(must|has|leads) /);
      expect(refused?.message.length).toBeLessThan(200);
    },
  );

  it.each(corpus('good-urls').map(({ why, url }) => [why, url.slice(0, 80), url]))(
    '%s: %p is fine',
    (_why, _shown, url = '') => {
      expect(refusal(url)).toBeNull();
    },
  );

  it('loses its fragment, which is not sent', () => {
    expect(checkUrl('https://example.com/hook?a=1#part', []).href).toBe('https://example.com/hook?a=1');
  });
});

describe('the words of a refusal', () => {
  it.each([
    ['https://10.0.0.8/', 'leads to 10.0.0.8, which is not on the public internet'],
    ['https://0x7f.1/', 'leads to 127.0.0.1, which is not on the public internet'],
    ['https://0x5db8d822/', 'must write its IP address plainly, as 93.184.216.34'],
    ['https://[::ffff:7f00:1]/', 'leads to ::ffff:7f00:1, which is not on the public internet'],
    ['http://example.com/', 'must start with https://'],
    ['https://a:b@example.com/', 'must not hold a user name or a password: send them in a header'],
    ['https://example.com:25/', 'must not use port 25: 80, 443 and those from 1024 are allowed'],
    ['https://example.com:70000/', 'must not use port 70000: there is none above 65535'],
    ['https://localhost/', 'has a host name (localhost) that is not on the public internet'],
    ['https://intranet/', 'must have a full host name, such as hooks.example.com: intranet has no domain'],
    ['https://ⓔxample.com/', 'has a host name that reads as another one: write example.com if that is meant'],
    ['https://a..example.com/', 'has a host name with an empty part between its dots'],
    ['https://exa%6dple.com/', 'must not hold a percent sign in its host'],
    ['https://example.com\\@a.example/', 'must not hold a backslash'],
    ['https://example.com/a b', 'must not hold spaces or control characters'],
    ['nonsense', 'must be a full URL, such as https://example.com/webhooks/qflow'],
    ['https://256.1.1.1/', 'has a host that is neither a host name nor an IP address'],
  ])('%s %s', (url, message) => {
    expect(refusal(url)?.message).toBe(message);
  });
});

describe('where the operator allows a network', () => {
  const loopback = '127.0.0.0/8,::1/128';

  it.each([
    'http://127.0.0.1:9000/',
    'https://127.0.0.1/',
    'http://[::1]:9000/',
    // What a name leads to decides, and that is seen when it is resolved.
    'http://localhost:9000/',
    'http://receiver:9000/',
    'https://db.internal/',
  ])('%s is fine', (url) => {
    expect(refusal(url, loopback)).toBeNull();
  });

  it.each([
    ['http://10.0.0.1/', 'address_not_allowed'],
    ['http://93.184.216.34/', 'scheme_not_allowed'],
    ['http://[::ffff:127.0.0.1]/', 'address_not_allowed'],
    ['http://127.1/', 'url_invalid'],
    ['http://user@127.0.0.1/', 'credentials_not_allowed'],
    ['http://127.0.0.1:22/', 'port_not_allowed'],
  ])('%s is not: %s', (url, code) => {
    expect(refusal(url, loopback)?.code).toBe(code);
  });
});
