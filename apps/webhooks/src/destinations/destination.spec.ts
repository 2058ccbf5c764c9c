import { describe, expect, it } from '@jest/globals';
import { parseAllowedNetworks } from './allowed-networks.js';
import { checkUrl, vettedLookup } from './destination.js';

const codeOf = (url: string, networks = ''): string => {
  try {
    checkUrl(url, parseAllowedNetworks(networks));
    return 'ok';
  } catch (error) {
    return (error as { code: string }).code;
  }
};

describe('a URL', () => {
  it.each([
    'https://example.com/hook',
    'https://example.com:8443/hook?token=1',
    'https://EXAMPLE.com.',
    'https://93.184.216.34/',
    'https://[2606:2800:220:1:248:1893:25c8:1946]/',
    'https://xn--bcher-kva.example/',
  ])('%s is fine', (url) => {
    expect(codeOf(url)).toBe('ok');
  });

  it.each([
    ['http://example.com/', 'scheme_not_allowed'],
    ['ftp://example.com/', 'scheme_not_allowed'],
    ['javascript:alert(1)', 'scheme_not_allowed'],
    ['https://user@example.com/', 'url_invalid'],
    ['https://user:pass@example.com/', 'url_invalid'],
    ['https://', 'url_invalid'],
    ['/hook', 'url_invalid'],
    [`https://example.com/${'x'.repeat(2100)}`, 'url_invalid'],
    ['https://example.com:22/', 'port_not_allowed'],
    ['https://example.com:25/', 'port_not_allowed'],
    // Every spelling of 127.0.0.1 that a URL parser knows.
    ['https://127.0.0.1/', 'address_not_allowed'],
    ['https://127.1/', 'address_not_allowed'],
    ['https://2130706433/', 'address_not_allowed'],
    ['https://0x7f000001/', 'address_not_allowed'],
    ['https://0177.0.0.1/', 'address_not_allowed'],
    ['https://[::1]/', 'address_not_allowed'],
    ['https://[::ffff:127.0.0.1]/', 'address_not_allowed'],
    ['https://[::ffff:7f00:1]/', 'address_not_allowed'],
    ['https://[64:ff9b::7f00:1]/', 'address_not_allowed'],
    ['https://[2002:7f00:1::]/', 'address_not_allowed'],
    ['https://[fe80::1]/', 'address_not_allowed'],
    ['https://[fc00::1]/', 'address_not_allowed'],
    ['https://0.0.0.0/', 'address_not_allowed'],
    ['https://10.1.2.3/', 'address_not_allowed'],
    ['https://172.16.0.1/', 'address_not_allowed'],
    ['https://192.168.1.1/', 'address_not_allowed'],
    ['https://100.64.0.1/', 'address_not_allowed'],
    ['https://169.254.169.254/latest/meta-data', 'address_not_allowed'],
    ['https://224.0.0.1/', 'address_not_allowed'],
    ['https://255.255.255.255/', 'address_not_allowed'],
  ])('%s is refused: %s', (url, code) => {
    expect(codeOf(url)).toBe(code);
  });

  it('may be plain http only inside a network the operator names', () => {
    expect(codeOf('http://127.0.0.1:9000/', '127.0.0.0/8')).toBe('ok');
    expect(codeOf('http://10.0.0.1/', '127.0.0.0/8')).toBe('address_not_allowed');
    expect(codeOf('http://93.184.216.34/', '127.0.0.0/8')).toBe('scheme_not_allowed');
  });
});

describe('a name', () => {
  const resolve = (name: string, networks = '') =>
    new Promise((done) =>
      vettedLookup('https:', parseAllowedNetworks(networks))(name, { all: true }, (error, addresses) =>
        done(error ? (error as { code?: string }).code : addresses),
      ),
    );

  it('that leads home is refused at the moment of connecting', async () => {
    expect(await resolve('localhost')).toBe('address_not_allowed');
  });

  it('that leads into an allowed network resolves to the vetted address', async () => {
    const addresses = (await resolve('localhost', '127.0.0.0/8,::1/128')) as { address: string }[];
    expect(['127.0.0.1', '::1']).toContain(addresses[0]?.address);
  });

  it('that leads nowhere is said to', async () => {
    expect(await resolve('nobody.invalid')).toBe('host_not_found');
  });
});
