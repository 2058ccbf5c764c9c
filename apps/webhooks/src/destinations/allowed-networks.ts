import ipaddr from 'ipaddr.js';
import { within } from './public-address.js';

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
  const parsed = ipaddr.parse(address);
  return networks.some((network) => within(parsed, network));
}
