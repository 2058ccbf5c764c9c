import { Liquid, type LiquidOptions } from 'liquidjs';
import { escapeFor, printed, UNKNOWN_CONTEXT, type Escape } from '../html/html-context.js';
import { TEMPLATE_LIMITS } from '../limits.js';
import { ChargedCaseTag } from './charged-case-tag.js';
import { templateFilters } from './filters.js';
import { HtmlCaptureTag } from './html-capture-tag.js';
import { chargedOperators } from './operators.js';

/**
 * The tags of the language. Not among them: `include`, `render`, `layout` and `block`, which read other
 * templates; `increment` and `decrement`, which write into the tokens; `liquid`, `echo` and `tablerow`, which
 * hide outputs from the analysis of the HTML that they stand in.
 */
const TAGS = new Set([
  '#',
  'assign',
  'break',
  'capture',
  'case',
  'comment',
  'continue',
  'cycle',
  'for',
  'if',
  'raw',
  'unless',
]);

const OPTIONS: LiquidOptions = {
  // No file system: there are no other templates.
  templates: {},
  ownPropertyOnly: true,
  strictFilters: true,
  // A token without a value is the empty text, and a guest without plus-ones has 0: neither is "there" in an if.
  jsTruthy: true,
  // The same month names wherever the service runs.
  locale: 'en-GB',
  operators: chargedOperators,
  parseLimit: TEMPLATE_LIMITS.htmlLength,
  renderLimit: TEMPLATE_LIMITS.milliseconds,
  memoryLimit: TEMPLATE_LIMITS.work,
};

function createEngine(escape: Escape, options: LiquidOptions = {}): Liquid {
  const engine = new Liquid({
    ...OPTIONS,
    ...options,
    outputEscape(this: unknown, value: unknown) {
      const { context } = this as { context: { memoryLimit: { use(units: number): void } } };
      return escape(value, context.memoryLimit);
    },
  });
  for (const name of Object.keys(engine.tags)) if (!TAGS.has(name)) delete engine.tags[name];
  for (const name of Object.keys(engine.filters)) engine.unregisterFilter(name);
  for (const [name, filter] of templateFilters()) engine.registerFilter(name, filter);
  engine.registerTag('case', ChargedCaseTag);
  return engine;
}

/** For subjects: nothing is escaped. */
export const subjectEngine = createEngine(printed);

/** For HTML: every output is escaped, for anywhere unless its place is known. */
export const htmlEngine = createEngine(escapeFor(UNKNOWN_CONTEXT));
htmlEngine.registerTag('capture', HtmlCaptureTag);

/** Delimiters of text templates: noncharacters, so that no text of a template can be taken for them. */
export const TEXT_DELIMITERS = { output: ['\ufdd0', '\ufdd1'], tag: ['\ufdd2', '\ufdd3'] } as const;

/** For the plain-text part, whose templates are derived from the HTML's. */
export const textEngine = createEngine(printed, {
  outputDelimiterLeft: TEXT_DELIMITERS.output[0],
  outputDelimiterRight: TEXT_DELIMITERS.output[1],
  tagDelimiterLeft: TEXT_DELIMITERS.tag[0],
  tagDelimiterRight: TEXT_DELIMITERS.tag[1],
  // Trimming is done before the text is derived; derived templates only lose length.
  parseLimit: 2 * TEMPLATE_LIMITS.htmlLength,
});
