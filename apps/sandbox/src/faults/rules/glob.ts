/**
 * Whether a text is what a pattern says: `*` stands for any text, also for none; everything else for itself,
 * in any letter case. Takes time in proportion to both, whatever they are.
 */
export function globMatches(pattern: string, text: string): boolean {
  const [first = '', ...parts] = pattern.toLowerCase().split('*');
  const last = parts.pop();
  const rest = text.toLowerCase();
  if (last === undefined) return rest === first;
  if (!rest.startsWith(first) || !rest.endsWith(last)) return false;
  let place = first.length;
  for (const part of parts) {
    const found = rest.indexOf(part, place);
    if (found === -1) return false;
    place = found + part.length;
  }
  return place + last.length <= rest.length;
}
