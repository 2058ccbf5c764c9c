import { SendGridError, type SendGridProblem } from '../api/sendgrid-error.js';

const HELP = 'http://sendgrid.com/docs/API_Reference/Web_API_v3/Mail/errors.html';

/** A request of a thousand broken personalizations should not be answered with a megabyte of errors. */
const MOST_REPORTED = 100;

/** A kind of value, as JSON Schema names it. */
export type JsonType = 'object' | 'array' | 'string';

/** Gathers everything wrong with one request, so that its sender learns all of it at once. */
export class Problems {
  private readonly list: SendGridProblem[] = [];

  /**
   * @param field dotted path of the offending value, such as `personalizations.0.to.0.email`
   * @param message SendGrid's words for it
   * @param anchor of its help, where that is not the path without its indexes; null for no help
   */
  add(field: string, message: string, anchor: string | null = anchorOf(field)): void {
    if (this.list.length >= MOST_REPORTED) return;
    this.list.push({ message, field, help: anchor === null ? null : `${HELP}#${anchor}` });
  }

  /** A value of another kind than the field has; SendGrid finds these with a JSON schema, and says so in its words. */
  addType(field: string, expected: JsonType, given: unknown): void {
    this.add(field, `Invalid type. Expected: ${expected}, given: ${typeOf(given)}.`, typeAnchorOf(field));
  }

  /** @throws SendGridError 400 with every problem found */
  throwIfAny(): void {
    if (this.list.length > 0) throw new SendGridError(400, this.list);
  }
}

/** `personalizations.0.to.1.email` is explained at `#message.personalizations.to`. */
function anchorOf(field: string): string {
  const names = namesOf(field);
  if (names.length > 1 && (names.at(-1) === 'email' || names.at(-1) === 'name')) names.pop();
  return names.join('.') === 'personalizations' ? '-Personalizations-Errors' : `message.${names.join('.')}`;
}

/** There is a page about the list of personalizations, and none about a single one. */
function typeAnchorOf(field: string): string | null {
  return /^personalizations\.\d+$/.test(field) ? null : anchorOf(field);
}

const namesOf = (field: string): string[] => field.split('.').filter((part) => !/^\d+$/.test(part));

function typeOf(value: unknown): string {
  if (value === null || value === undefined) return 'null';
  if (Array.isArray(value)) return 'array';
  if (typeof value === 'number') return Number.isInteger(value) ? 'integer' : 'number';
  return typeof value;
}
