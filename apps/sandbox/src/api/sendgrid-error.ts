/** One entry of SendGrid's error list. `field` and `help` are null where an error is about no field. */
export interface SendGridProblem {
  message: string;
  field: string | null;
  help: string | null;
}

/** The body of every error of SendGrid's v3 API. */
export interface SendGridErrorBody {
  errors: SendGridProblem[];
}

/**
 * A refusal in SendGrid's own form: an HTTP status and `{errors: [{message, field, help}]}`.
 * Thrown anywhere under `/v3`; the error filter writes it out.
 *
 * @see https://www.twilio.com/docs/sendgrid/api-reference/mail-send/errors
 */
export class SendGridError extends Error {
  override readonly name = 'SendGridError';

  constructor(
    readonly status: number,
    readonly problems: SendGridProblem[],
  ) {
    super(problems.map((problem) => problem.message).join(' '));
  }

  /** A refusal that is about no field of the request. */
  static of(status: number, message: string): SendGridError {
    return new SendGridError(status, [{ message, field: null, help: null }]);
  }

  body(): SendGridErrorBody {
    return { errors: this.problems };
  }
}
