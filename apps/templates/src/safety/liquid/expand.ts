import { BEGIN, EACH_LIQUID_MARK, END, NEXT, OUTPUT, type Outline } from './outline.js';
import { escaped, type Value } from './value.js';

/** A piece of an outline, taken apart. A cut is the mark of a block that begins or ends outside of the piece. */
type Part = string | { output: number } | { block: number; branches: Part[][] } | { cut: number };

/** What a piece of an outline can become, one by one. */
export interface Expansion {
  readonly variants: string[];
  /**
   * Branches that are not in the variants, where these would be too many: in them a mark of an unknown stands for the
   * block, and its branches are to be looked at by themselves.
   */
  readonly aside: string[];
  /** Blocks that begin or end outside of the piece. */
  readonly cuts: number[];
}

/** Where the piece stands: between tags, in a tag, or in text that is no markup. */
export type PiecePlace = 'text' | 'tag' | 'plain';

/** What the marks of an outline mean. */
export type Tables = Pick<Outline, 'outputs' | 'blocks' | 'unknowns' | 'budget'>;

/** Variants of one piece at the most, and their characters together. */
const maxVariants = 256;
const maxCharacters = 262_144;

/**
 * Where an entity is cut off by something unknown, that might complete it: `&#10{{V_1}};` is any character at all.
 * So it belongs to what is unknown.
 */
const CUT_ENTITY = /&(?:#[xX]?[0-9a-fA-F]*|[a-zA-Z][a-zA-Z0-9]*)?(?=\ufdd0)/g;

/** @see Expansion */
export function expand(tables: Tables, markup: string, place: PiecePlace): Expansion {
  const parts = takeApart(markup);
  const cuts = parts.flatMap((part) => (typeof part === 'object' && 'cut' in part ? [part.cut] : []));
  // Between what stands on the two sides of a cut there may be more, or nothing.
  const expanders = (cuts.length > 0 ? ['', '\n'] : ['']).map((cut) => new Expander(tables, place, cut));
  if (expanders[0]?.afford(parts))
    return { variants: tidy(expanders.flatMap((expander) => expander.variants(parts))), aside: [], cuts };
  const variants = tidy(expanders.map((expander) => expander.summary(parts)));
  return { variants, aside: branchesOf(parts).map(putTogether), cuts };
}

/** All variants of a piece, and those of what stands aside, which a mark stands for in the others. */
export function expandAll(tables: Tables, piece: string, place: PiecePlace): string[] {
  const { variants, aside } = expand(tables, piece, place);
  return [...variants, ...aside.flatMap((branch) => expandAll(tables, branch, place))];
}

/** All variants between tags, or undefined where they are too many. */
export function expandOnce(tables: Tables, markup: string): string[] | undefined {
  const { variants, aside, cuts } = expand(tables, markup, 'text');
  return aside.length > 0 || cuts.length > 0 ? undefined : variants;
}

const tidy = (variants: string[]): string[] => [
  ...new Set(variants.map((variant) => variant.replace(CUT_ENTITY, ''))),
];

class Expander {
  constructor(
    private readonly tables: Tables,
    private readonly place: PiecePlace,
    private readonly cut: string,
  ) {}

  /** Whether there are few enough variants; what they cost is taken from the budget. */
  afford(parts: readonly Part[]): boolean {
    const { count, length } = this.measure(parts);
    const cost = (count - 1) * length;
    if (count > maxVariants || count * length > maxCharacters || cost > this.tables.budget.characters)
      return count === 1;
    this.tables.budget.characters -= cost;
    return true;
  }

  variants(parts: readonly Part[]): string[] {
    let variants = [''];
    for (const part of parts) {
      const next = this.alternatives(part);
      variants = variants.flatMap((before) => next.map((after) => before + after));
    }
    return variants;
  }

  /** One text with a mark for whatever has alternatives. */
  summary(parts: readonly Part[]): string {
    return parts
      .map((part) => {
        if (typeof part === 'string') return part;
        if ('cut' in part) return this.cut;
        if ('block' in part) return this.unknown(part.block);
        const values = this.tables.outputs[part.output] ?? [];
        const [only] = values;
        return only && values.length === 1
          ? this.print(only)
          : this.tables.unknowns.mark('liquid', '{{ … }}');
      })
      .join('');
  }

  private alternatives(part: Part): string[] {
    if (typeof part === 'string') return [part];
    if ('cut' in part) return [this.cut];
    if ('output' in part) return (this.tables.outputs[part.output] ?? []).map((value) => this.print(value));
    const branches = part.branches.map((branch) => this.variants(branch));
    const block = this.tables.blocks[part.block];
    const unknown = this.unknown(part.block);
    if (block?.kind === 'loop') {
      // No turn; or turns of which only the first is known.
      const [turns = [], empty = []] = branches;
      return [...turns.map((turn) => turn + unknown), ...empty];
    }
    return block?.overlapping ? [...branches.flat(), unknown] : branches.flat();
  }

  private print(value: Value): string {
    if (this.place === 'plain') return value.text;
    return this.place === 'text' ? value.html : escaped(value.text);
  }

  private unknown(block: number): string {
    return this.tables.unknowns.mark('liquid', this.tables.blocks[block]?.source ?? '');
  }

  /** How many variants there are, and how long the longest of them is at the most. */
  private measure(parts: readonly Part[]): { count: number; length: number } {
    let count = 1;
    let length = 0;
    for (const part of parts) {
      const one = this.measureOne(part);
      count *= one.count;
      length += one.length;
    }
    return { count, length };
  }

  private measureOne(part: Part): { count: number; length: number } {
    if (typeof part === 'string') return { count: 1, length: part.length };
    if ('cut' in part) return { count: 1, length: 0 };
    if ('output' in part) {
      const values = this.tables.outputs[part.output] ?? [];
      return { count: values.length, length: Math.max(...values.map((value) => this.print(value).length)) };
    }
    const branches = part.branches.map((branch) => this.measure(branch));
    const block = this.tables.blocks[part.block];
    return {
      count: branches.reduce((sum, { count }) => sum + count, block?.overlapping ? 1 : 0),
      length: Math.max(...branches.map(({ length }) => length)) + 8,
    };
  }
}

const branchesOf = (parts: readonly Part[]): Part[][] =>
  parts.flatMap((part) => (typeof part === 'object' && 'block' in part ? part.branches : []));

/** Marks of blocks that are whole become blocks; those of others are cuts. */
function takeApart(markup: string): Part[] {
  const whole = wholeBlocks(markup);
  const stack: Part[][] = [[]];
  const open: Part[][][] = [];
  const add = (part: Part): void => {
    if (part !== '') stack.at(-1)?.push(part);
  };
  let end = 0;
  for (const { 0: mark, 1: kind, 2: digits, index } of markup.matchAll(EACH_LIQUID_MARK)) {
    add(markup.slice(end, index));
    end = index + mark.length;
    const number = Number(digits);
    if (kind === OUTPUT) add({ output: number });
    else if (!whole.has(number)) add({ cut: number });
    else if (kind === BEGIN) {
      const branch: Part[] = [];
      const branches = [branch];
      add({ block: number, branches });
      open.push(branches);
      stack.push(branch);
    } else {
      stack.pop();
      if (kind === END) open.pop();
      else {
        const branch: Part[] = [];
        open.at(-1)?.push(branch);
        stack.push(branch);
      }
    }
  }
  add(markup.slice(end));
  return stack[0] ?? [];
}

function wholeBlocks(markup: string): Set<number> {
  const begun = new Set<number>();
  const whole = new Set<number>();
  for (const [, kind, digits] of markup.matchAll(EACH_LIQUID_MARK)) {
    if (kind === BEGIN) begun.add(Number(digits));
    else if (kind === END && begun.has(Number(digits))) whole.add(Number(digits));
  }
  return whole;
}

/** The parts as they were. */
function putTogether(parts: readonly Part[]): string {
  return parts
    .map((part) => {
      if (typeof part === 'string') return part;
      if ('output' in part) return `${OUTPUT}${part.output}\ufdd3`;
      if ('cut' in part) return '';
      const branches = part.branches.map(putTogether).join(`${NEXT}${part.block}\ufdd3`);
      return `${BEGIN}${part.block}\ufdd3${branches}${END}${part.block}\ufdd3`;
    })
    .join('');
}
