/** What is wrong with a template, and where; for an answer to its author. */
export interface TemplateSyntaxError {
  readonly field: 'subject' | 'html';
  /** Counted from 1. */
  readonly line: number;
  /** Counted from 1, in UTF-16 code units. */
  readonly column: number;
  readonly message: string;
}

/** A {@link TemplateSyntaxError} before it is known which field it is in. */
export type SyntaxProblem = Omit<TemplateSyntaxError, 'field'>;

/** Thrown inside the compiler, never out of it. */
export class SyntaxProblemError extends Error {
  constructor(readonly problem: SyntaxProblem) {
    super(problem.message);
  }
}

/** Line and column of an offset. */
export function positionAt(source: string, offset: number): Pick<SyntaxProblem, 'line' | 'column'> {
  const before = source.slice(0, offset);
  const lineStart = before.lastIndexOf('\n') + 1;
  let line = 1;
  for (let i = before.indexOf('\n'); i !== -1; i = before.indexOf('\n', i + 1)) line++;
  return { line, column: before.length - lineStart + 1 };
}
