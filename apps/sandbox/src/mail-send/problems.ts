import { SendGridError, type SendGridProblem } from '../api/sendgrid-error.js';

const HELP = 'http://sendgrid.com/docs/API_Reference/Web_API_v3/Mail/errors.html';

/** A request of a thousand broken personalizations should not be answered with a megabyte of errors. */
const MOST_REPORTED = 100;

/** Gathers everything wrong with one request, so that its sender learns all of it at once. */
export class Problems {
  private readonly list: SendGridProblem[] = [];

  /**
   * @param field dotted path of the offending value, such as `personalizations.0.to.0.email`
   * @param message SendGrid's words for it
   */
  add(field: string, message: string): void {
    if (this.list.length < MOST_REPORTED) this.list.push({ message, field, help: helpFor(field) });
  }

  /** @throws SendGridError 400 with every problem found */
  throwIfAny(): void {
    if (this.list.length > 0) throw new SendGridError(400, this.list);
  }
}

/** SendGrid's anchors are the path without its indexes: `personalizations.0.to.1.email` → `#message.personalizations.to`. */
function helpFor(field: string): string {
  const names = field.split('.').filter((part) => !/^\d+$/.test(part));
  if (names.length > 1 && (names.at(-1) === 'email' || names.at(-1) === 'name')) names.pop();
  return `${HELP}#message.${names.join('.')}`;
}
