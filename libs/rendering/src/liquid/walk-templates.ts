import { toValueSync, type Template } from 'liquidjs';

/** Every node of a parsed template, outer ones first. */
export function* walkTemplates(templates: readonly Template[]): Generator<Template> {
  for (const template of templates) {
    yield template;
    // No partials: there are no other templates.
    if (template.children) yield* walkTemplates(toValueSync(template.children(false, true)));
  }
}
