import { TEXT_DELIMITERS } from '../liquid/create-engine.js';
import { BLOCK_TAGS, BRANCH_TAGS, type Construct, type Piece } from '../template/scan-template.js';
import { BlockPath } from './block-path.js';
import { convertMarked, LINK_MARK, LINK_MARKS, OUTPUT_MARKS, TAG_MARKS } from './convert-html.js';

const MARK = /[\ufdd4\ufdd6](\d+)[\ufdd5\ufdd7]|[\ufdd8\ufdd9]/g;
const ONLY_TAGS = /^\s*(?:\ufdd6\d+\ufdd7\s*)+$/;

/** Tags that only choose what is shown; without what they choose between, they are not missed. */
function isChoice({ tag }: Construct): boolean {
  return (BLOCK_TAGS.has(tag) || BRANCH_TAGS.has(tag) || tag.startsWith('end')) && !tag.endsWith('capture');
}

/** Where each construct stands in the HTML, and which block it opens, divides or closes. */
function readSource(constructs: readonly Construct[]): { places: string[]; blocks: (number | undefined)[] } {
  const path = new BlockPath();
  const places: string[] = [];
  const blocks: (number | undefined)[] = [];
  for (const construct of constructs) {
    const opened = path.block;
    places.push(path.current);
    path.pass(construct);
    blocks.push(isChoice(construct) ? (BLOCK_TAGS.has(construct.tag) ? construct.index : opened) : undefined);
  }
  return { places, blocks };
}

/** Whether a block that lost a tag in the conversion lost all of them, and nothing but choices is lost. */
function lostOnlyWholeChoices(constructs: readonly Construct[], kept: ReadonlySet<number>): boolean {
  const { blocks } = readSource(constructs);
  const keptBlocks = new Set(
    constructs.filter(({ index }) => kept.has(index)).map(({ index }) => blocks[index]),
  );
  return constructs.every((construct) => {
    if (construct.kind === 'output' || kept.has(construct.index)) return true;
    return isChoice(construct) && !keptBlocks.has(blocks[construct.index]);
  });
}

/**
 * Whether the converted text still means what the HTML meant: every construct stands in the same branch of the
 * same block as before, no link begins in one branch and ends in another, and what the conversion left out
 * (attributes, styles, comments) is not missed.
 */
function keepsItsMeaning(text: string, constructs: readonly Construct[]): boolean {
  const { places } = readSource(constructs);
  const path = new BlockPath();
  const kept = new Set<number>();
  const links: string[] = [];
  for (const [mark, number] of text.matchAll(MARK)) {
    if (mark === LINK_MARKS[0]) links.push(path.current);
    else if (mark === LINK_MARKS[1]) {
      if (links.pop() !== path.current) return false;
    } else {
      const construct = constructs[Number(number)]!;
      if (kept.has(construct.index) || places[construct.index] !== path.current) return false;
      kept.add(construct.index);
      if (!path.pass(construct)) return false;
    }
  }
  return path.current === '' && lostOnlyWholeChoices(constructs, kept);
}

/** A line that holds nothing but tags is no line of the text, as in Mustache. */
function withoutTagLines(text: string): string {
  return text
    .split('\n')
    .map((line, index, lines) => {
      if (ONLY_TAGS.test(line)) return line.trim();
      return index === lines.length - 1 ? line : `${line}\n`;
    })
    .join('');
}

/** A text template. */
export interface DerivedText {
  readonly source: string;
  /** The outputs of the HTML by the offset at which they stand in `source`. */
  readonly outputs: ReadonlyMap<number, Construct>;
}

/** The text template of converted HTML and the constructs that its marks stand for. */
function restore(text: string, constructs: readonly Construct[]): DerivedText {
  const marked = withoutTagLines(text.replace(LINK_MARK, ''));
  const outputs = new Map<number, Construct>();
  let source = '';
  let from = 0;
  for (const mark of marked.matchAll(MARK)) {
    const construct = constructs[Number(mark[1])]!;
    const [left, right] = TEXT_DELIMITERS[construct.kind];
    source += marked.slice(from, mark.index);
    if (construct.kind === 'output') outputs.set(source.length, construct);
    source += left + construct.content + right;
    from = mark.index + mark[0].length;
  }
  return { source: source + marked.slice(from), outputs };
}

/**
 * The plain-text template of an HTML template: the HTML is converted once, with marks in place of its Liquid
 * constructs, and the constructs are put back. Converting what was rendered would cost every recipient what this
 * costs every version of a template, some hundred times a rendering.
 *
 * `undefined` when it cannot be told that the text would mean the same, as in a template that opens a link in
 * one `if` and closes it in another. Then what was rendered has to be converted.
 */
export function deriveText(pieces: readonly Piece[]): DerivedText | undefined {
  const constructs = pieces.filter((piece) => typeof piece !== 'string');
  const marked = pieces.map((piece) => {
    if (typeof piece === 'string') return piece;
    const [left, right] = piece.kind === 'output' ? OUTPUT_MARKS : TAG_MARKS;
    return left + piece.index + right;
  });
  const text = convertMarked(marked.join(''));
  return keepsItsMeaning(text, constructs) ? restore(text, constructs) : undefined;
}
