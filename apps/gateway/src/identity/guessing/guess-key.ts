import { hash } from 'node:crypto';
import { isIP, isIPv6 } from 'node:net';

/** What wrong guesses are counted for; each kind has counters of its own. */
export type GuessKind = 'name' | 'address' | 'home' | 'client-address';

/** SHA-256, so that the table holds neither names nor addresses. */
export const guessKey = (kind: GuessKind, value: string): Buffer =>
  Buffer.from(hash('sha256', `${kind}:${value}`, 'hex'), 'hex');

const plain = (username: string): string => username.normalize('NFC').toLowerCase();

/** Of a user name as it was typed, whether or not there is such a user. */
export const nameKey = (username: string): Buffer => guessKey('name', plain(username));

/** @param ip as Fastify tells it: of the peer, or of whom a trusted proxy names */
export const addressKey = (kind: 'address' | 'client-address', ip: string): Buffer =>
  guessKey(kind, sourceOf(ip));

/** Of a user name at an address that it is used from: strangers who guess at the name do not slow it down there. */
export const homeKey = (username: string, ip: string): Buffer =>
  guessKey('home', `${sourceOf(ip)} ${plain(username)}`);

/**
 * Who is behind an address: an IPv4 address itself, of an IPv6 address the first 64 bits, because whoever has one of
 * these has all of them (RFC 6177). Some proxies add a port.
 */
export function sourceOf(ip: string): string {
  const address = isIP(ip) === 0 ? ip.replace(/:\d+$/, '').replace(/^\[(.*)\]$/, '$1') : ip;
  if (!isIPv6(address)) return address;
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1];
  return mapped ?? `${prefixOf(address)}::/64`;
}

function prefixOf(address: string): string {
  // The URL parser writes every IPv6 address in one way (WHATWG URL, "IPv6 serializer").
  const { hostname } = new URL(`http://[${address.replace(/%.*$/, '')}]`);
  const [front = '', back] = hostname.slice(1, -1).split('::');
  const head = front === '' ? [] : front.split(':');
  const tail = back ? back.split(':') : [];
  const groups = [...head, ...Array<string>(8 - head.length - tail.length).fill('0'), ...tail];
  return groups.slice(0, 4).join(':');
}
