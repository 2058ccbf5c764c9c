import ipaddr from 'ipaddr.js';

export type Network = [ipaddr.IPv4 | ipaddr.IPv6, number];

/**
 * Reads `127.0.0.0/8,::1/128`.
 * @throws Error where an entry is not a network
 */
export const parseAllowedNetworks = (setting: string): Network[] =>
  setting
    .split(',')
    .map((entry) => entry.trim())
    .filter(Boolean)
    .map((entry) => ipaddr.parseCIDR(entry));

/** Whether `address` lies in one of the networks the operator allows. */
export function isAllowed(address: string, networks: readonly Network[]): boolean {
  const parsed = ipaddr.process(address);
  return networks.some(([network, bits]) => network.kind() === parsed.kind() && parsed.match(network, bits));
}

/**
 * Whether `address` is on the public internet. Everything with a special meaning is not: private, loopback,
 * link-local (and with it cloud metadata), carrier-grade NAT, multicast, and IPv6 forms that wrap an IPv4 address
 * (mapped, 6to4, NAT64, Teredo).
 */
export const isPublic = (address: string): boolean => ipaddr.process(address).range() === 'unicast';
