import { Tokenizer, TypeGuards, type TopLevelToken } from 'liquidjs';
import { TEMPLATE_LIMITS } from '../limits.js';
import { positionAt, SyntaxProblemError } from './template-syntax-error.js';

/** A `{{ output }}` or a `{% tag %}`. */
export interface Construct {
  readonly kind: 'output' | 'tag';
  /** Counted from 0 in the order of the source. */
  readonly index: number;
  /** Offset in the source. */
  readonly begin: number;
  /** What stands between the delimiters, without `-` and outer blanks. */
  readonly content: string;
  /** `if`, `endif`, …; empty for outputs. */
  readonly tag: string;
}

/** A stretch of literal text, or a construct. */
export type Piece = string | Construct;

/** Tags that open a block, each closed by `end` + its name. */
export const BLOCK_TAGS: ReadonlySet<string> = new Set(['if', 'unless', 'case', 'for', 'capture']);

/** Tags that begin another branch of the block they stand in. */
export const BRANCH_TAGS: ReadonlySet<string> = new Set(['elsif', 'else', 'when']);

/** Noncharacters, which the compiler uses for marks of its own. No text that means anything holds any. */
const NONCHARACTERS = /[\ufdd0-\ufdef]/g;

/** `source` without the characters that the compiler needs for itself. Positions stay the same. */
export function withoutMarks(source: string): string {
  return source.replace(NONCHARACTERS, '\ufffd');
}

function refuse(source: string, offset: number, message: string): never {
  throw new SyntaxProblemError({ ...positionAt(source, offset), message });
}

/** Keeps what would take the parser too long, or too deep into its recursion, away from it. */
function checkSize(source: string, tokens: readonly TopLevelToken[]): void {
  let constructs = 0;
  let depth = 0;
  for (const token of tokens) {
    if (TypeGuards.isHTMLToken(token)) continue;
    if (++constructs > TEMPLATE_LIMITS.constructs) {
      refuse(source, token.begin, `more than ${TEMPLATE_LIMITS.constructs} tokens and tags`);
    }
    if (!TypeGuards.isTagToken(token)) continue;
    if (BLOCK_TAGS.has(token.name)) depth++;
    else if (token.name.startsWith('end')) depth--;
    if (depth > TEMPLATE_LIMITS.nesting) {
      refuse(source, token.begin, `blocks are nested more than ${TEMPLATE_LIMITS.nesting} deep`);
    }
  }
}

function isComment(tag: string): boolean {
  return tag === 'comment' || tag === '#';
}

/**
 * Takes a template apart into literals and constructs, as LiquidJS's own tokenizer sees them: white space that
 * `{{-` trims is gone, comments are gone, the content of `{% raw %}` is literal.
 *
 * @throws SyntaxProblemError when it is too big, LiquidJS's TokenizationError when a construct is not closed.
 */
export function scanTemplate(source: string): Piece[] {
  const tokens = new Tokenizer(source).readTopLevelTokens();
  checkSize(source, tokens);
  const pieces: Piece[] = [];
  let index = 0;
  let inComment = false;
  for (const token of tokens) {
    const tag = TypeGuards.isTagToken(token) ? token.name : '';
    if (inComment) {
      inComment = tag !== 'endcomment';
    } else if (isComment(tag)) {
      inComment = tag === 'comment';
    } else if (TypeGuards.isHTMLToken(token)) {
      pieces.push(token.getContent());
    } else if (TypeGuards.isTagToken(token) || TypeGuards.isOutputToken(token)) {
      if (tag === 'raw' || tag === 'endraw') continue;
      const kind = tag === '' ? 'output' : 'tag';
      pieces.push({ kind, index: index++, begin: token.begin, content: token.content, tag });
    }
  }
  return pieces;
}
