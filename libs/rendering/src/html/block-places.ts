import { BLOCK_TAGS, BRANCH_TAGS, type Construct } from '../template/scan-template.js';

/**
 * The HTML is read once, with all branches one after the other. That tells the truth as long as every branch of a
 * block begins and ends in one place of the HTML; one that opens an attribute and leaves it open makes everything
 * after it uncertain.
 * @param placeOf the place in which the construct of an index was found
 * @returns index of the first construct that nothing is known about; Infinity where there is none
 */
export function firstUnsure(
  constructs: readonly Construct[],
  placeOf: (index: number) => string | undefined,
): number {
  const open: Construct[] = [];
  let unsure = Infinity;
  for (const construct of constructs) {
    const { tag, index } = construct;
    if (BLOCK_TAGS.has(tag)) open.push(construct);
    else if (BRANCH_TAGS.has(tag) || tag.startsWith('end')) {
      const start = tag.startsWith('end') ? open.pop() : open.at(-1);
      const place = placeOf(index);
      if (start && (place === undefined || place !== placeOf(start.index)))
        unsure = Math.min(unsure, start.index);
    }
  }
  return unsure;
}

/**
 * The outputs that a `{% capture %}` collects as text, wherever in the HTML it stands itself: those beside which it
 * opens nothing, as in `<p title="{% capture x %}{{V_1}}{% endcapture %}{{x}}">`.
 */
export function capturedTexts(
  constructs: readonly Construct[],
  placeOf: (index: number) => string | undefined,
): ReadonlySet<number> {
  const captured = new Set<number>();
  const open: (string | undefined)[] = [];
  for (const { tag, index } of constructs) {
    if (tag === 'capture') open.push(placeOf(index));
    else if (tag === 'endcapture') open.pop();
    else if (open.length > 0 && placeOf(index) === open.at(-1)) captured.add(index);
  }
  return captured;
}
