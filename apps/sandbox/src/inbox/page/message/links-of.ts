const HREF = /\bhref\s*=\s*(?:"(https?:[^"]+)"|'(https?:[^']+)'|(https?:[^\s>"']+))/gi;
const MOST = 100;

/** The web links of an HTML mail as its reader would follow them, each once, in their order. */
export function linksOf(html: string): string[] {
  const links = new Set<string>();
  for (const [, double, single, bare] of html.matchAll(HREF)) {
    links.add((double ?? single ?? bare ?? '').replaceAll('&amp;', '&').trim());
    if (links.size === MOST) break;
  }
  return [...links];
}
