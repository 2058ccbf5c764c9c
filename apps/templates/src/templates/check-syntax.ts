import type { CodedError } from '@qflow/contracts';
import {
  parseTemplate,
  type CompiledTemplate,
  type TemplateSource,
  type TemplateSyntaxError,
} from '@qflow/rendering';
import { invalidTemplate } from './read-draft.js';

/** More would only make an answer long: an author corrects the first and saves again. */
const maxWarnings = 20;

/**
 * Compiles subject and HTML as the sender will.
 * @returns the compiled template, and what will probably not look as meant, for the author to read: merge tokens that
 *   nobody knows
 * @throws CodedError `validation_error` with the field, line and column of everything that does not compile
 */
export function checkSyntax(template: TemplateSource): { compiled: CompiledTemplate; warnings: string[] } {
  const parsed = parseTemplate(template);
  if (!parsed.ok) throw syntaxErrors(parsed.errors);
  const unknown = parsed.template.unknownTokens;
  const warnings = unknown
    .slice(0, maxWarnings)
    .map((token) => `{{${token}}} is not a merge token: it renders empty.`);
  const more = unknown.length - warnings.length;
  if (more > 0) warnings.push(`The same goes for ${more} more.`);
  return { compiled: parsed.template, warnings };
}

/** A 400 that says where a template does not compile. */
export const syntaxErrors = (errors: readonly TemplateSyntaxError[]): CodedError =>
  invalidTemplate(
    errors.map(({ field, line, column, message }) => ({
      path: `/${field}`,
      message: `has an error in line ${line}, column ${column}: ${message}`,
    })),
  );
