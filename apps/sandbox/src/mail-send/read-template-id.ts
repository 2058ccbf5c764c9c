import type { Problems } from './problems.js';

/** A template of the first generation, and `d-` with 32 hexadecimal digits, a dynamic one. */
const TEMPLATE_ID = /^(?:[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}|d-[\da-f]{32})$/i;

/** Reads `template_id`. The sandbox has no templates, so any id of the right form is one. */
export function readTemplateId(value: unknown, problems: Problems): string | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'string') {
    problems.add('template_id', `The template ID must be a string, you provided ${shown(value)}.`);
  } else if (!TEMPLATE_ID.test(value)) {
    problems.add('template_id', `The template_id must be a valid GUID, you provided '${shown(value)}'.`);
  } else {
    return value;
  }
  return undefined;
}

const shown = (value: unknown): string =>
  (typeof value === 'string' ? value : JSON.stringify(value)).slice(0, 100);
