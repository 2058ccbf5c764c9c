import { linkifyit } from 'linkify-it';
import { parse } from 'tldts';
import { MARK } from '../liquid/unknowns.js';

/** Mail programs make links of addresses with a scheme and of bare names in known top-level domains. */
const linkify = linkifyit({ fuzzyLink: true, fuzzyEmail: true, fuzzyIP: false, urlAuth: true })
  // No mail program takes "//" for the beginning of a link.
  .add('//', null);

export interface TextUrl {
  /** As it stands in the text: with or without a scheme. */
  readonly url: string;
  /** Offsets in the text, in which blanks are added between tokens and URLs. */
  readonly begin: number;
  readonly end: number;
}

/** URLs that a mail program would make links of. E-mail addresses are none. */
export function textUrls(source: string): TextUrl[] {
  // Most texts are words.
  if (!/[.:]/.test(source)) return [];
  const text = source.replace(AFTER_MARK, '\ufdd1 ');
  const linked = (linkify.match(text) ?? []).map(({ raw, url, index, lastIndex }) => ({
    url: raw,
    begin: index,
    end: lastIndex,
    isMail: url.startsWith('mailto:'),
  }));
  const bare = bareUrls(text).filter(isOutside(linked));
  // `{{firstname}}.It` is a name and the end of a sentence.
  const urls = linked.filter(
    ({ url, isMail }) => !isMail && (SCHEME.test(url) || isNamed(splitHost(url)[0])),
  );
  return [...urls, ...bare].map(({ url, begin, end }) => ({ url, begin, end }));
}

/** Hosts that a reader of the text believes to be led to. Not those in e-mail addresses, nor names of files. */
export function shownHosts(text: string): string[] {
  const hosts = new Set<string>();
  for (const { word } of wordsOf(text)) {
    const [host, after] = splitHost(word);
    const name = trimEnd(host).toLowerCase();
    if (after !== '@' && NAME.test(name) && (SCHEME.test(word) || isKnownName(name))) hosts.add(name);
  }
  return [...hosts];
}

/** A scheme at the beginning of a text, with its slashes. */
export const SCHEME = /^[a-z][a-z0-9+.-]*:\/\//i;

/** A token that ends in a blank sets a URL apart from what is before it. */
const AFTER_MARK = /\ufdd1(?=[a-z]{1,10}:|www\.)/gi;
const EACH_WORD = /[^\s<>()[\]{}"'“”‘’«»,;|]+/gu;
const NAME = /^[\p{L}\p{M}\p{N}-]+(?:\.[\p{L}\p{M}\p{N}-]+)+$/u;
const WWW = /^www\./i;
/** RFC 1035 §2.3.4. */
const maxHostLength = 253;
/** Top-level domains that do not exist but in examples (RFC 2606). */
const EXAMPLES = new Set(['example', 'test']);
/** Top-level domains that are also the end of a file's name; `tickets.zip` names a file. */
const FILE_ENDINGS = new Set(['md', 'mov', 'ps', 'py', 'sh', 'zip']);

/** `tickets.online`: linkify-it knows few of the newer top-level domains. */
function bareUrls(text: string): TextUrl[] {
  return wordsOf(text).flatMap(({ word, begin }) => {
    const [host, after] = splitHost(word);
    const isHost =
      !SCHEME.test(word) && after !== '@' && after !== ':' && isNamed(host) && isUrlHost(trimEnd(host));
    const url = trimEnd(word);
    return isHost ? [{ url, begin, end: begin + url.length }] : [];
  });
}

const isNamed = (host: string): boolean => WWW.test(host) || !MARK.test(host);
const isUrlHost = (host: string): boolean =>
  WWW.test(host) || (NAME.test(host) && isKnownName(host.toLowerCase()));

function isKnownName(name: string): boolean {
  if (WWW.test(name)) return true;
  const labels = name.split('.');
  const top = labels.at(-1) ?? '';
  if (labels.length === 2 && FILE_ENDINGS.has(top)) return false;
  if (EXAMPLES.has(top)) return true;
  const { isIcann, domain } = parse(name);
  return isIcann === true && domain !== null;
}

/** Words with a dot in them, without punctuation before them. */
function wordsOf(text: string): { word: string; begin: number }[] {
  return Array.from(text.matchAll(EACH_WORD), ({ 0: piece, index }) => {
    const word = piece.replace(/^[^\p{L}\p{N}\ufdd0]+/u, '');
    return { word, begin: index + piece.length - word.length };
  }).filter(({ word }) => word.includes('.'));
}

/** The host at the beginning of a word, empty where it is too long for one, and what comes after it. */
function splitHost(word: string): [host: string, after: string] {
  const rest = word.replace(SCHEME, '');
  const end = rest.search(/[/?#:@\\]/);
  const host = end === -1 ? rest : rest.slice(0, end);
  return [host.length > maxHostLength ? '' : host, rest[host.length] ?? ''];
}

/** Without the punctuation at its end. */
function trimEnd(word: string): string {
  let end = word.length;
  while (end > 0 && /[.!?:…·*_~-]/.test(word[end - 1] ?? '')) end--;
  return word.slice(0, end);
}

/** Whether a URL begins in none of the others; both lists are in the order of the text. */
function isOutside(others: readonly TextUrl[]): (url: TextUrl) => boolean {
  let next = 0;
  return ({ begin }) => {
    while ((others[next]?.end ?? Infinity) <= begin) next++;
    return begin < (others[next]?.begin ?? Infinity);
  };
}
