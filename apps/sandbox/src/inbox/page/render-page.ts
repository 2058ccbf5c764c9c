import { Liquid } from 'liquidjs';
import type { Frame } from './page-frame.js';
import { templates } from './templates/templates.js';

/** Escapes every value by itself; a page would have to ask for `raw` to show markup, and none does. */
const engine = new Liquid({
  templates,
  outputEscape: 'escape',
  strictFilters: true,
  strictVariables: true,
  ownPropertyOnly: true,
  cache: true,
});

/** Renders one of the inbox's pages. */
export function renderPage(
  name: keyof typeof templates,
  frame: Frame,
  content: Record<string, unknown> = {},
): string {
  return engine.renderFileSync(name, { ...frame, ...content }) as string;
}
