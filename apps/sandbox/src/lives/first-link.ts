const HREF = /\bhref\s*=\s*(?:"(https?:[^"]+)"|'(https?:[^']+)'|(https?:[^\s>"']+))/i;

/** The first web link of an HTML mail as its reader would follow it, or undefined if it has none. */
export function firstLink(html: string): string | undefined {
  const match = HREF.exec(html);
  const url = match?.[1] ?? match?.[2] ?? match?.[3];
  return url?.replaceAll('&amp;', '&').trim();
}
