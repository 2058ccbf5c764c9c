import { parseTemplate } from '@qflow/rendering';
import { invalidTemplate } from './read-draft.js';

/**
 * Compiles subject and HTML as the sender will, and forgets the result.
 * @returns what will probably not look as meant, for the author to read: merge tokens that nobody knows
 * @throws CodedError `validation_error` with the field, line and column of everything that does not compile
 */
export function checkSyntax(template: { subject: string; html: string }): string[] {
  const parsed = parseTemplate(template);
  if (!parsed.ok)
    throw invalidTemplate(
      parsed.errors.map(({ field, line, column, message }) => ({
        path: `/${field}`,
        message: `has an error in line ${line}, column ${column}: ${message}`,
      })),
    );
  return parsed.template.unknownTokens.map((token) => `{{${token}}} is not a merge token: it renders empty.`);
}
