import { printed } from '../html/html-context.js';
import { subjectEngine } from '../liquid/create-engine.js';
import { prepareProgram, type Program } from '../liquid/prepare-program.js';
import { templateVariables, type TemplateVariables } from '../liquid/template-variables.js';
import { scanTemplate } from './scan-template.js';

/** @throws SyntaxProblemError or LiquidJS's errors when the subject is no valid template. */
export function compileSubject(source: string): { subject: Program; variables: TemplateVariables } {
  // Only for its limits on size and nesting.
  scanTemplate(source);
  const templates = subjectEngine.parse(source);
  const variables = templateVariables(templates);
  const rules = { escapeAt: () => printed, defined: variables.defined };
  return { subject: prepareProgram(subjectEngine, templates, rules), variables };
}
