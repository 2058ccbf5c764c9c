import { isIP } from 'node:net';
import { domainToASCII } from 'node:url';

/** What one line of a blocklist blocks. */
export type Entry =
  { readonly kind: 'host'; readonly hosts: string[] } | { readonly kind: 'url'; readonly key: string };

/** Names that hosts files hold for the computer they are on. */
const OWN_NAMES = /^(?:localhost(?:\..+)?|local|broadcasthost|ip6-.+|0\.0\.0\.0)$/;
const HOST = /^[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?(?:\.[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?)+$/;

/**
 * One line of any of the forms that blocklists come in: hosts files (`0.0.0.0 evil.example`), a host a line, a URL a
 * line, and URLhaus's CSV, whose third column is the URL. `#` begins a comment.
 * @returns `skip` for empty lines, comments and a hosts file's own names; `unreadable` for everything else
 */
export function readEntry(line: string): Entry | 'skip' | 'unreadable' {
  const text = line.trim();
  if (text === '' || text.startsWith('#') || text.startsWith('!')) return 'skip';
  if (text.startsWith('"')) return readUrl(text.split('","', 3)[2] ?? '');
  if (/^https?:\/\//i.test(text)) return readUrl(text);
  return readHosts(text.split('#', 1)[0]?.split(/\s+/).filter(Boolean) ?? []);
}

function readUrl(text: string): Entry | 'unreadable' {
  return URL.canParse(text) ? { kind: 'url', key: urlKey(new URL(text)) } : 'unreadable';
}

function readHosts(words: readonly string[]): Entry | 'skip' | 'unreadable' {
  const names = words.length > 1 && isIP(words[0] ?? '') !== 0 ? words.slice(1) : words;
  if (names.length === 0 || (names.length > 1 && names === words)) return 'unreadable';
  const others = names.map((name) => name.toLowerCase()).filter((name) => !OWN_NAMES.test(name));
  if (others.length === 0) return 'skip';
  // A string of its own: a piece of the file's text would keep all of that in memory.
  const hosts = others.map((name) => domainToASCII(name.replace(/\.$/, '')));
  return hosts.every((host) => HOST.test(host)) ? { kind: 'host', hosts } : 'unreadable';
}

/** The same for a URL in a list and in a template: without scheme, user and fragment. */
export const urlKey = ({ host, pathname, search }: URL): string => host + pathname + search;
