import ipaddr from 'ipaddr.js';

type Address = ipaddr.IPv4 | ipaddr.IPv6;

/** All IPv6 that has ever been allocated for the internet (IANA, "IPv6 Address Space"); the rest is special or unused. */
const globalUnicast = ipaddr.parseCIDR('2000::/3');

/** What the library takes for public and is not. */
const alsoSpecial = [
  // Azure's platform services, in every virtual network: metadata, DNS, health probes.
  '168.63.129.16/32',
  // 6bone, given back (RFC 3701).
  '3ffe::/16',
].map((network) => ipaddr.parseCIDR(network));

/**
 * Whether `address` is on the public internet. Everything with a special meaning is not (IANA's registries of special
 * purpose addresses): private, loopback, link-local and with it cloud metadata, carrier-grade NAT, multicast,
 * documentation, benchmarking, reserved, and every IPv6 form that wraps an IPv4 address, whatever it wraps (mapped,
 * compatible, translated, 6to4, NAT64, Teredo, ISATAP).
 */
export function isPublic(address: string): boolean {
  if (!ipaddr.isValid(address)) return false;
  // Not `process`: it would unwrap IPv4-mapped addresses and forget that they were.
  const parsed = ipaddr.parse(address);
  if (parsed.range() !== 'unicast' || alsoSpecial.some((network) => within(parsed, network))) return false;
  return parsed.kind() === 'ipv4' || (within(parsed, globalUnicast) && !isIsatap(parsed as ipaddr.IPv6));
}

/** Whether an address lies in a network of its own family. */
export const within = (address: Address, [network, bits]: [Address, number]): boolean =>
  network.kind() === address.kind() && address.match(network, bits);

/** RFC 5214 §6.1: an interface identifier of 0:5efe or 200:5efe, then an IPv4 address. */
const isIsatap = ({ parts }: ipaddr.IPv6): boolean =>
  parts[5] === 0x5efe && (parts[4] === 0 || parts[4] === 0x0200);
