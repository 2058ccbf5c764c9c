import { domainToASCII, domainToUnicode } from 'node:url';
import { DestinationRefused } from './destination-refused.js';

/** RFC 1035 §2.3.4. */
const maxHostLength = 253;
/** Letters, digits and hyphens (RFC 1123 §2.1), and the underscore that some zones hold. */
const label = /^(?!-)[a-z0-9_-]{1,63}(?<!-)$/;

/** Names that never lead anywhere public: RFC 6761, RFC 6762, RFC 7686, RFC 8375, ICANN's `.internal`. */
const privateSuffixes = ['localhost', 'local', 'internal', 'onion', 'home.arpa'];

/**
 * The form of a host name, and that the parser has not read something else than what is written: full-width digits,
 * circled letters and soft hyphens turn into other characters on the way (UTS #46).
 * @param written the host as it stands in the URL
 * @param host what the URL parser has made of it
 * @throws DestinationRefused `url_invalid`
 */
export function checkHostName(written: string, host: string): void {
  const name = host.replace(/\.$/, '');
  if (name.length > maxHostLength)
    throw invalid(`must not have a host name longer than ${maxHostLength} characters`);
  const wrong = name.split('.').find((part) => !label.test(part));
  if (wrong !== undefined)
    throw invalid(
      wrong === ''
        ? 'has a host name with an empty part between its dots'
        : `has a host name with a part that is not valid: ${abridged(wrong)}`,
    );
  if (readsAs(written, host) && domainToASCII(domainToUnicode(host)) === host) return;
  throw invalid(`has a host name that reads as another one: write ${abridged(host)} if that is meant`);
}

/** Part by part: either plain letters, or an international part in the form of one or the other. */
function readsAs(written: string, host: string): boolean {
  const parts = written.split('.');
  return host.split('.').every((part, index) => {
    const given = parts[index] ?? '';
    if (given.replace(/[A-Z]/g, (letter) => letter.toLowerCase()) === part) return true;
    return part.startsWith('xn--') && given.normalize('NFC').toLowerCase() === domainToUnicode(part);
  });
}

/**
 * Names for private use are refused in words before anything is resolved.
 * @throws DestinationRefused `host_not_allowed`
 */
export function checkHostIsPublic(host: string): void {
  const name = host.replace(/\.$/, '');
  const suffix = privateSuffixes.find((each) => name === each || name.endsWith(`.${each}`));
  if (suffix)
    throw new DestinationRefused(
      'host_not_allowed',
      `has a host name (${abridged(name)}) that is not on the public internet`,
    );
  if (!name.includes('.'))
    throw new DestinationRefused(
      'host_not_allowed',
      `must have a full host name, such as hooks.example.com: ${abridged(name)} has no domain`,
    );
}

const invalid = (message: string): DestinationRefused => new DestinationRefused('url_invalid', message);

/** What people wrote is shown back to them, but not pages of it. */
const abridged = (text: string): string => (text.length > 80 ? `${text.slice(0, 80)}…` : text);
