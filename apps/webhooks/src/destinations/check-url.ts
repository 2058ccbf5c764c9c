import { isIP, isIPv4 } from 'node:net';
import type { Network } from './allowed-networks.js';
import { checkAddress, notHttps } from './check-address.js';
import { checkHostIsPublic, checkHostName } from './check-host.js';
import { DestinationRefused } from './destination-refused.js';

const maxUrlLength = 2048;

/** Scheme and authority as they are written, before any parser has had an opinion. */
const written = /^https?:\/\/([^/?#]+)/i;

/**
 * Everything that a URL shows by itself: form, scheme, credentials, port, host, address literals. What parsers disagree
 * about is refused instead of guessed: backslashes, white space, percent signs in hosts, numbers that are addresses.
 * @returns the URL without its fragment, which is not sent
 * @throws DestinationRefused
 */
export function checkUrl(text: string, networks: readonly Network[]): URL {
  checkText(text);
  const url = parse(text);
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && networks.length > 0)) throw notHttps();
  checkAuthority(authorityOf(text), url, networks);
  checkPort(url);
  url.hash = '';
  return url;
}

/** The host as sockets want it: IPv6 literals without their brackets. */
export const bareHost = ({ hostname }: URL): string => hostname.replace(/^\[|\]$/g, '');

function checkText(text: string): void {
  if (text.length > maxUrlLength) throw invalid(`must not be longer than ${maxUrlLength} characters`);
  if (/[\s\p{Cc}\p{Cs}]/u.test(text)) throw invalid('must not hold spaces or control characters');
  if (text.includes('\\')) throw invalid('must not hold a backslash');
}

function parse(text: string): URL {
  if (URL.canParse(text)) return new URL(text);
  const authority = written.exec(text)?.[1];
  if (authority === undefined) throw notFull();
  if (authority.includes('%')) throw percentInHost();
  const port = /:(\d+)$/.exec(authority)?.[1];
  throw port && Number(port) > 65_535
    ? new DestinationRefused(
        'port_not_allowed',
        `must not use port ${port.slice(0, 10)}: there is none above 65535`,
      )
    : invalid('has a host that is neither a host name nor an IP address');
}

/** @throws DestinationRefused where the slashes are not the two that everyone else expects */
function authorityOf(text: string): string {
  const authority = written.exec(text)?.[1];
  if (authority === undefined) throw notFull();
  return authority;
}

function checkAuthority(authority: string, url: Readonly<URL>, networks: readonly Network[]): void {
  if (authority.includes('@'))
    throw new DestinationRefused(
      'credentials_not_allowed',
      'must not hold a user name or a password: send them in a header',
    );
  const host = bareHost(url);
  const text = authority.replace(/:\d*$/, '');
  if (isIP(host)) checkAddress(host, url.protocol, networks);
  if (text.includes('%')) throw percentInHost();
  if (isIPv4(host)) checkPlainAddress(text, host);
  if (isIP(host)) return;
  checkHostName(text, host);
  // Where private networks are allowed, their names are too: what they lead to decides.
  if (networks.length === 0) checkHostIsPublic(host);
}

/** 0x5db8d822, 1572395042 and 93.184.55330 are all the same address to some readers and none to others. */
function checkPlainAddress(text: string, address: string): void {
  if (text !== address) throw invalid(`must write its IP address plainly, as ${address}`);
}

function checkPort(url: Readonly<URL>): void {
  const port = Number(url.port || (url.protocol === 'https:' ? 443 : 80));
  if (port !== 80 && port !== 443 && port < 1024)
    throw new DestinationRefused(
      'port_not_allowed',
      `must not use port ${port}: 80, 443 and those from 1024 are allowed`,
    );
}

const invalid = (message: string): DestinationRefused => new DestinationRefused('url_invalid', message);

const notFull = (): DestinationRefused =>
  invalid('must be a full URL, such as https://example.com/webhooks/qflow');

const percentInHost = (): DestinationRefused => invalid('must not hold a percent sign in its host');
