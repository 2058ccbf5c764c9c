import { Liquid } from 'liquidjs';
import { templates } from './templates.js';

/** Escapes every value by itself; a page would have to ask for `raw` to show markup, and none does. */
const engine = new Liquid({
  templates,
  outputEscape: 'escape',
  strictFilters: true,
  strictVariables: true,
  ownPropertyOnly: true,
  cache: true,
});

/** What every page shows at its top. */
export interface PageFrame {
  title: string;
  stats: object;
  /** The faults that are switched on, in words. */
  faults: string[];
}

/** Renders one of the inbox's pages. */
export function renderPage(
  name: keyof typeof templates,
  frame: PageFrame,
  content: Record<string, unknown> = {},
): string {
  return engine.renderFileSync(name, { ...frame, ...content }) as string;
}
