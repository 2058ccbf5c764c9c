import { countElements } from '../html/count-elements.js';
import { findElementName, HtmlContexts } from '../html/find-contexts.js';
import { escapeFor, plainFor, printed, UNKNOWN_CONTEXT, type HtmlContext } from '../html/html-context.js';
import { TEMPLATE_LIMITS } from '../limits.js';
import { htmlEngine, textEngine } from '../liquid/create-engine.js';
import { prepareProgram, type OutputRules, type Program } from '../liquid/prepare-program.js';
import { templateVariables, type TemplateVariables } from '../liquid/template-variables.js';
import { deriveText } from '../text/derive-text.js';
import { scanTemplate, type Construct, type Piece } from './scan-template.js';
import { positionAt, SyntaxProblemError } from './template-syntax-error.js';

/** The HTML of a template and the plain text that goes with it. */
export interface CompiledHtml {
  readonly html: Program;
  readonly text: Program | undefined;
  readonly variables: TemplateVariables;
}

function checkElements(source: string, pieces: readonly Piece[]): void {
  const literals = pieces.filter((piece) => typeof piece === 'string');
  if (countElements(literals.join('')) > TEMPLATE_LIMITS.elements) {
    const message = `more than ${TEMPLATE_LIMITS.elements} HTML tags`;
    throw new SyntaxProblemError({ line: 1, column: 1, message });
  }
  const name = findElementName(pieces);
  if (name) {
    const message = 'a token cannot name an HTML element; write &lt; for a less-than sign before a token';
    throw new SyntaxProblemError({ ...positionAt(source, name.begin), message });
  }
}

function compileText(
  pieces: readonly Piece[],
  contextOf: (construct: Construct) => HtmlContext,
): Program | undefined {
  const derived = deriveText(pieces);
  if (derived === undefined) return undefined;
  const templates = textEngine.parse(derived.source);
  const { defined } = templateVariables(templates);
  return prepareProgram(textEngine, templates, {
    escapeAt: (offset, encoding) => {
      const construct = derived.outputs.get(offset);
      return construct ? plainFor(contextOf(construct), encoding) : printed;
    },
    defined,
  });
}

/** @throws SyntaxProblemError or LiquidJS's errors when the HTML is no valid template. */
export function compileHtml(source: string): CompiledHtml {
  const pieces = scanTemplate(source);
  checkElements(source, pieces);
  const templates = htmlEngine.parse(source);
  const variables = templateVariables(templates);

  const contexts = new HtmlContexts(pieces);
  const contextOf = (construct: Construct) => contexts.of(construct);
  const byOffset = new Map(
    pieces.filter((piece) => typeof piece !== 'string').map((piece) => [piece.begin, contextOf(piece)]),
  );
  const escapeAt: OutputRules['escapeAt'] = (offset, encoding) =>
    escapeFor(byOffset.get(offset) ?? UNKNOWN_CONTEXT, encoding);
  const html = prepareProgram(htmlEngine, templates, { escapeAt, defined: variables.defined });
  return { html, text: compileText(pieces, contextOf), variables };
}
