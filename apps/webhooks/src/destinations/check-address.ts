import { isAllowed, type Network } from './allowed-networks.js';
import { DestinationRefused } from './destination-refused.js';
import { isPublic } from './public-address.js';

/**
 * An address may be called where it is public, over https, or where the operator allows its network.
 * @param protocol of the URL that led there
 * @param name that led there; what it resolves to for us is not told, it may be known inside of our network only
 * @throws DestinationRefused `address_not_allowed` or `scheme_not_allowed`
 */
export function checkAddress(
  address: string,
  protocol: string,
  networks: readonly Network[],
  name?: string,
): void {
  const allowed = isAllowed(address, networks);
  if (!allowed && !isPublic(address))
    throw new DestinationRefused(
      'address_not_allowed',
      name === undefined
        ? `leads to ${address}, which is not on the public internet`
        : `has a host name that leads to an address which is not on the public internet (${name})`,
    );
  if (!allowed && protocol === 'http:') throw notHttps();
}

export const notHttps = (): DestinationRefused =>
  new DestinationRefused('scheme_not_allowed', 'must start with https://');
