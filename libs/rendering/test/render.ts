import type { MergeData } from '../src/merge-data.js';
import { SAMPLE_MERGE_DATA } from '../src/sample-merge-data.js';
import type { CompiledTemplate } from '../src/template/compiled-template.js';
import { parseTemplate } from '../src/template/parse-template.js';
import { renderTemplate, type RenderedTemplate } from '../src/template/render-template.js';

/** Changes to the sample guest and event. */
export interface Change {
  readonly guest?: Partial<MergeData['guest']>;
  readonly event?: Partial<MergeData['event']>;
  readonly links?: Partial<MergeData['links']>;
}

/** The sample data with a change. */
export const mergeData = (change: Change = {}): MergeData => ({
  guest: { ...SAMPLE_MERGE_DATA.guest, ...change.guest },
  event: { ...SAMPLE_MERGE_DATA.event, ...change.event },
  links: { ...SAMPLE_MERGE_DATA.links, ...change.links },
});

/** A template that has to compile. */
export function compiled(html: string, subject = 'Subject'): CompiledTemplate {
  const parsed = parseTemplate({ subject, html });
  if (!parsed.ok) throw new Error(`does not compile: ${JSON.stringify(parsed.errors)}`);
  return parsed.template;
}

/** Compiles and renders. */
export const render = (html: string, change: Change = {}): RenderedTemplate =>
  renderTemplate(compiled(html), mergeData(change));

/** The subject of a compiled and rendered template. */
export const renderSubject = (subject: string, change: Change = {}): string =>
  renderTemplate(compiled('', subject), mergeData(change)).subject;
