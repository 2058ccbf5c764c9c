import type { LookupAddress } from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';
import { resolveHost } from './resolve-host.js';
import { isAllowed, isPublic, type Network } from './allowed-networks.js';

/** Why a request may not go where it was to go; `code` is stable, the message is for the person who set the URL. */
export class DestinationRefused extends Error {
  constructor(
    readonly code:
      'url_invalid' | 'scheme_not_allowed' | 'port_not_allowed' | 'address_not_allowed' | 'host_not_found',
    message: string,
  ) {
    super(message);
    this.name = 'DestinationRefused';
  }
}

const maxUrlLength = 2048;

/**
 * Everything that a URL shows by itself: form, scheme, credentials, port, address literals.
 * @throws DestinationRefused
 */
export function checkUrl(text: string, networks: readonly Network[]): URL {
  const url = parse(text);
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && networks.length > 0))
    throw new DestinationRefused('scheme_not_allowed', 'must start with https://');
  if (url.username || url.password)
    throw new DestinationRefused('url_invalid', 'must not hold a user name or a password');
  const port = Number(url.port || (url.protocol === 'https:' ? 443 : 80));
  if (port !== 80 && port !== 443 && port < 1024)
    throw new DestinationRefused(
      'port_not_allowed',
      `must not use port ${port}: 80, 443 and those from 1024 are allowed`,
    );
  const host = bareHost(url);
  if (isIP(host)) checkAddress(host, url.protocol, networks);
  return url;
}

function parse(text: string): URL {
  if (text.length > maxUrlLength)
    throw new DestinationRefused('url_invalid', `must not be longer than ${maxUrlLength} characters`);
  try {
    return new URL(text);
  } catch {
    throw new DestinationRefused(
      'url_invalid',
      'must be a full URL, such as https://example.com/webhooks/qflow',
    );
  }
}

/** The host as sockets want it: IPv6 literals without their brackets. */
export const bareHost = ({ hostname }: URL): string => hostname.replace(/^\[|\]$/g, '');

/** @throws DestinationRefused */
function checkAddress(address: string, protocol: string, networks: readonly Network[]): void {
  const allowed = isAllowed(address, networks);
  if (!allowed && !isPublic(address))
    throw new DestinationRefused(
      'address_not_allowed',
      `leads to ${address}, which is not on the public internet`,
    );
  if (!allowed && protocol === 'http:')
    throw new DestinationRefused('scheme_not_allowed', 'must start with https://');
}

/**
 * The `lookup` of the sockets that carry webhooks. Every address that a name has must be allowed, and the socket
 * connects to an address vetted here: a name that changes its mind between check and connect gains nothing.
 */
export const vettedLookup =
  (protocol: string, networks: readonly Network[]): LookupFunction =>
  (hostname, options, callback) => {
    const vetted = async (): Promise<LookupAddress[]> => {
      const addresses = await resolveHost(hostname);
      if (addresses.length === 0)
        throw new DestinationRefused('host_not_found', `has a host name that does not resolve (${hostname})`);
      for (const { address } of addresses) checkAddress(address, protocol, networks);
      return addresses;
    };
    vetted().then(
      (addresses) =>
        options.all
          ? callback(null, addresses)
          : callback(null, addresses[0]?.address ?? '', addresses[0]?.family),
      (refused: NodeJS.ErrnoException) => callback(refused, '', 0),
    );
  };

/**
 * The check at registration: the URL's own form, and where its name leads just now.
 * @throws DestinationRefused
 */
export async function checkDestination(text: string, networks: readonly Network[]): Promise<URL> {
  const url = checkUrl(text, networks);
  const host = bareHost(url);
  if (isIP(host)) return url;
  await new Promise<void>((resolve, reject) =>
    vettedLookup(url.protocol, networks)(host, { all: true }, (error) => (error ? reject(error) : resolve())),
  );
  return url;
}
