import type { Value } from './value.js';
import type { Unknowns } from './unknowns.js';

/** A block of an outline. */
export interface Block {
  readonly kind: 'choice' | 'loop';
  /** A `case` of which several branches may be rendered. */
  readonly overlapping: boolean;
  /** The tag that begins it, as it stands in the template. */
  readonly source: string;
}

/**
 * A template as one piece of markup in which every branch stands, one after the other, with marks for what Liquid
 * does there: for each output, and for begin, branches and end of each block. Marks are noncharacters, which no
 * template can hold (`libs/rendering`, `withoutMarks`).
 */
export interface Outline {
  readonly markup: string;
  /** Markup that was captured, to be printed somewhere else. */
  readonly captures: readonly { markup: string; source: string }[];
  /** What each output can print. */
  readonly outputs: readonly (readonly Value[])[];
  readonly blocks: readonly Block[];
  /** Texts in quotes inside of Liquid, which may be printed. */
  readonly texts: readonly string[];
  readonly unknowns: Unknowns;
  readonly budget: Budget;
}

/** Characters that may still be spent on variants of pieces of one template. What is left over is not followed. */
export interface Budget {
  characters: number;
}

/** Four times the longest template: a real one, of 50 KB, could be read forty times over. */
export const newBudget = (): Budget => ({ characters: 2_097_152 });

/** The kinds of marks; an index and {@link CLOSE} follow. `\ufdd0` and `\ufdd1` are those of unknowns. */
export const OUTPUT = '\ufdd2';
export const BEGIN = '\ufdd4';
export const NEXT = '\ufdd6';
export const END = '\ufdd7';
export const CLOSE = '\ufdd3';

/** Any of these marks: its kind and its index. */
export const LIQUID_MARK = /([\ufdd2\ufdd4\ufdd6\ufdd7])(\d+)\ufdd3/;
export const EACH_LIQUID_MARK = new RegExp(LIQUID_MARK, 'g');
