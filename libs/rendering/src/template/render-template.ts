import { countElements } from '../html/count-elements.js';
import { TEMPLATE_LIMITS } from '../limits.js';
import type { Program } from '../liquid/prepare-program.js';
import { runPieces } from '../liquid/run-pieces.js';
import type { MergeData } from '../merge-data.js';
import { convertRendered } from '../text/convert-html.js';
import { tidyText } from '../text/tidy-text.js';
import { bindTokens, type BoundTokens } from '../tokens/bind-tokens.js';
import { singleLineText } from '../tokens/clean-text.js';
import type { CompiledTemplate } from './compiled-template.js';
import { syntaxProblem } from './syntax-problem.js';

/** A message for one guest. */
export interface RenderedTemplate {
  /** One line, without control characters. */
  readonly subject: string;
  readonly html: string;
  /** The same as plain text; empty when the HTML has no text at all. */
  readonly text: string;
  /** Tokens of the template that have no value for this guest, in order of appearance. */
  readonly missingTokens: readonly string[];
}

/**
 * Thrown when a template that compiled cannot be rendered for this guest: it takes more work than
 * {@link TEMPLATE_LIMITS} allow. Rendering again gives the same.
 */
export class TemplateRenderError extends Error {
  readonly code = 'template_render_failed';

  constructor(
    readonly field: 'subject' | 'html',
    readonly line: number,
    readonly column: number,
    /** What went wrong, without the place. */
    readonly reason: string,
    options: ErrorOptions,
  ) {
    super(`the template's ${field} cannot be rendered (line ${line}, column ${column}): ${reason}`, options);
    this.name = 'TemplateRenderError';
  }
}

function run(program: Program, scope: BoundTokens['scope']): string {
  if (program.pieces)
    try {
      return runPieces(program.pieces, scope);
    } catch {
      // Again, by whoever can tell the place.
    }
  return program.engine.renderSync(program.templates, scope) as string;
}

/**
 * Renders, and once more if time ran out: a process that was paused or starved in the middle of a rendering must
 * not fail somebody's e-mail. A template that is really slow costs twice the limit.
 */
function render(field: 'subject' | 'html', program: Program, scope: BoundTokens['scope']): string {
  const started = performance.now();
  try {
    return run(program, scope);
  } catch (error) {
    try {
      if (performance.now() - started < TEMPLATE_LIMITS.milliseconds) throw error;
      return run(program, scope);
    } catch (cause) {
      const { line, column, message } = syntaxProblem(cause);
      throw new TemplateRenderError(field, line, column, message, { cause });
    }
  }
}

/**
 * The plain text of what was rendered, where none was derived. What is huge has none: converting takes time for every
 * guest that no limit of Liquid's knows of.
 */
function convert(html: string): string {
  const { htmlLength, convertedElements } = TEMPLATE_LIMITS;
  const isHuge = html.length > htmlLength || countElements(html) > convertedElements;
  return isHuge ? '' : convertRendered(html);
}

/**
 * Renders a template for one guest. Synchronous and free of side effects: the same template and data give the
 * same bytes, in a preview and in a send.
 *
 * @throws TemplateRenderError when the guest's data make the template exceed its limits.
 */
export function renderTemplate(template: CompiledTemplate, data: MergeData): RenderedTemplate {
  const { scope, missing } = bindTokens(template.bindings, data);
  const html = render('html', template.html, scope);
  return {
    subject: singleLineText(render('subject', template.subject, scope)).trim(),
    html,
    text: tidyText(template.text ? render('html', template.text, scope) : convert(html)),
    missingTokens: missing,
  };
}
