import { TEMPLATE_LIMITS } from '../limits.js';
import type { TemplateVariables } from '../liquid/template-variables.js';
import { EMPTY_MERGE_DATA, SAMPLE_MERGE_DATA } from '../sample-merge-data.js';
import { planTokens, type TokenBinding } from '../tokens/bind-tokens.js';
import { compileHtml, type CompiledHtml } from './compile-html.js';
import { compileSubject } from './compile-subject.js';
import type { CompiledTemplate, TemplateSource } from './compiled-template.js';
import { renderTemplate, TemplateRenderError } from './render-template.js';
import { withoutMarks } from './scan-template.js';
import { syntaxProblem } from './syntax-problem.js';
import { SyntaxProblemError, type TemplateSyntaxError } from './template-syntax-error.js';

/** A compiled template, or everything that keeps it from being one. */
export type ParsedTemplate =
  | { readonly ok: true; readonly template: CompiledTemplate }
  | { readonly ok: false; readonly errors: readonly TemplateSyntaxError[] };

type Field = keyof TemplateSource;

const MAX_LENGTH: Readonly<Record<Field, number>> = {
  subject: TEMPLATE_LIMITS.subjectLength,
  html: TEMPLATE_LIMITS.htmlLength,
};

/** Names that LiquidJS gives a meaning to by itself. */
const BUILT_IN = new Set(['forloop']);

/** Compiles one field; a problem is added to `errors`. */
function attempt<T>(
  source: TemplateSource,
  field: Field,
  errors: TemplateSyntaxError[],
  compile: (text: string) => T,
) {
  const text = source[field];
  try {
    if (text.length > MAX_LENGTH[field]) {
      const message = `has ${text.length} characters, at most ${MAX_LENGTH[field]} are allowed`;
      throw new SyntaxProblemError({ line: 1, column: 1, message });
    }
    return compile(withoutMarks(text));
  } catch (error) {
    errors.push({ field, ...syntaxProblem(error) });
    return undefined;
  }
}

/**
 * What the template reads: merge tokens, and names that nobody knows. Names of its own, from `assign`, `capture`
 * and `for`, are neither; but one that is called like a token may be read before it is defined.
 */
function planBindings(all: readonly TemplateVariables[]): TokenBinding[] {
  const isOwn = (name: string) => BUILT_IN.has(name) || all.some(({ defined }) => defined.has(name));
  const read = new Map(all.flatMap((variables) => [...variables.read]));
  return planTokens(read).filter(({ name, token }) => token || !isOwn(name));
}

function assemble(subject: ReturnType<typeof compileSubject>, html: CompiledHtml): CompiledTemplate {
  const bindings = planBindings([subject.variables, html.variables]);
  return {
    unknownTokens: bindings.filter(({ token }) => !token).map(({ label }) => label),
    bindings,
    subject: subject.subject,
    html: html.html,
    text: html.text,
  };
}

/** Renders for a guest with everything and for one with nothing; finds what parsing cannot see. */
function tryOut(template: CompiledTemplate): TemplateSyntaxError[] {
  try {
    renderTemplate(template, SAMPLE_MERGE_DATA);
    renderTemplate(template, EMPTY_MERGE_DATA);
    return [];
  } catch (error) {
    if (!(error instanceof TemplateRenderError)) throw error;
    return [{ field: error.field, line: error.line, column: error.column, message: error.reason }];
  }
}

/**
 * Compiles a template. What is wrong with it comes back with field, line and column, for an answer 400. A
 * template that renders neither for a complete guest nor for an empty one, or only with more work than
 * {@link TEMPLATE_LIMITS} allow, is wrong as well. Names that are no merge tokens are not: they are
 * `unknownTokens` of the result and render empty.
 */
export function parseTemplate(source: TemplateSource): ParsedTemplate {
  const errors: TemplateSyntaxError[] = [];
  const subject = attempt(source, 'subject', errors, compileSubject);
  const html = attempt(source, 'html', errors, compileHtml);
  if (!subject || !html) return { ok: false, errors };
  const template = assemble(subject, html);
  const failures = tryOut(template);
  return failures.length === 0 ? { ok: true, template } : { ok: false, errors: failures };
}
