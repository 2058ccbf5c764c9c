import { isIP } from 'node:net';

/**
 * Reads `10.0.0.53,10.0.1.53:5353,[fd00::53]:53`.
 * @throws Error where an entry is not an address
 */
export const parseDnsServers = (setting: string): string[] =>
  setting
    .split(',')
    .map((entry) => entry.trim())
    .filter(Boolean)
    .map((entry) => {
      const [, bracketed, plain] = /^(?:\[([^\]]+)\]|([^:]+))(?::\d{1,5})?$/.exec(entry) ?? [];
      if (isIP(entry) || isIP(bracketed ?? plain ?? '')) return entry;
      throw new Error('not an address');
    });
