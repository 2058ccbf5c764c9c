import { parseTemplate } from '@qflow/rendering';
import { findUrls, type View } from '../../src/safety/find-urls.js';
import type { SubmittedTemplate, TemplateSafety } from '../../src/safety/template-safety.js';

/** The scan as a save does it, where a template that does not compile never gets that far: it holds nothing then. */
export async function scanSource(safety: TemplateSafety, template: SubmittedTemplate): Promise<string[]> {
  const parsed = parseTemplate(template);
  return parsed.ok ? safety.check(template, parsed.template) : [];
}

/** The views of a source, none where it does not compile. */
export function viewsOf(source: { subject: string; html: string }): View[] {
  const parsed = parseTemplate(source);
  return parsed.ok ? findUrls(source, parsed.template) : [];
}
