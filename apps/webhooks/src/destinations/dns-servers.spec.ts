import { describe, expect, it } from '@jest/globals';
import { parseDnsServers } from './dns-servers.js';

describe('parseDnsServers', () => {
  it('reads addresses with and without ports', () => {
    const setting = '10.0.0.53, 10.0.1.53:5353,fd00::53,[fd00::54]:5353,';
    expect(parseDnsServers(setting)).toEqual(['10.0.0.53', '10.0.1.53:5353', 'fd00::53', '[fd00::54]:5353']);
  });

  it.each(['dns.example.com', '10.0.0', '10.0.0.53:port', '[fd00::53', '10.0.0.53:123456'])(
    'refuses %p',
    (setting) => {
      expect(() => parseDnsServers(setting)).toThrow();
    },
  );
});
