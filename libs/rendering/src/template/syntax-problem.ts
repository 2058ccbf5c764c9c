import { LiquidError } from 'liquidjs';
import { SyntaxProblemError, type SyntaxProblem } from './template-syntax-error.js';

const TOO_DEEP = 'expressions are nested too deeply';

/** LiquidJS's words for its limits, and JavaScript's for its own, in words for an author. */
const PLAIN_WORDS: Readonly<Record<string, string>> = {
  'memory alloc limit exceeded': 'the template does too much work; shorten its loops and texts',
  'template render limit exceeded': 'the template takes too long; shorten its loops and texts',
  RangeError: TOO_DEEP,
  TypeError: 'this expression cannot be evaluated',
};

/** LiquidJS quotes what it does not understand, which may be most of the template. */
const MAX_MESSAGE = 200;

function shortened(message: string): string {
  return message.length > MAX_MESSAGE ? `${message.slice(0, MAX_MESSAGE)}…` : message;
}

/**
 * An error of compiling or trying a template as a problem of the template. LiquidJS repeats the position at the
 * end of its messages; it is taken off here, since it has its own fields.
 */
export function syntaxProblem(error: unknown): SyntaxProblem {
  if (error instanceof SyntaxProblemError) return error.problem;
  if (LiquidError.is(error)) {
    const [line, column] = error.token.getPosition() as [number, number];
    const suffix = `, line:${line}, col:${column}`;
    const { message } = error;
    const words = message.endsWith(suffix) ? message.slice(0, -suffix.length) : message;
    const plain = PLAIN_WORDS[words] ?? PLAIN_WORDS[error.originalError?.name ?? ''];
    return { line, column, message: plain ?? shortened(words) };
  }
  // What LiquidJS does not wrap: its limits, and the end of the stack. Anything else is a fault of this code.
  const plain = error instanceof Error ? (PLAIN_WORDS[error.message] ?? PLAIN_WORDS[error.name]) : undefined;
  if (plain === undefined || error instanceof TypeError) throw error;
  return { line: 1, column: 1, message: plain };
}
