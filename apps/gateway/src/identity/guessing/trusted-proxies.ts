import { isIP } from 'node:net';

/** Ranges that have a name, as Fastify's `trustProxy` knows them. */
const named = ['loopback', 'linklocal', 'uniquelocal'];

/**
 * Addresses, ranges such as `10.0.0.0/8`, and names of ranges, separated by commas.
 * @throws Error where one of them is none
 */
export function readTrustedProxies(raw: string): string[] {
  const proxies = raw
    .split(',')
    .map((entry) => entry.trim())
    .filter(Boolean);
  const wrong = proxies.find((entry) => !named.includes(entry) && !isRange(entry));
  if (wrong !== undefined || proxies.length === 0) throw new Error(`"${wrong}" is not an address`);
  return proxies;
}

function isRange(entry: string): boolean {
  const [, address = '', bits] = /^([^/]*)(?:\/(\d{1,3}))?$/.exec(entry) ?? [];
  const version = isIP(address);
  const most = version === 6 ? 128 : 32;
  return version !== 0 && (bits === undefined || (Number(bits) >= 1 && Number(bits) <= most));
}
