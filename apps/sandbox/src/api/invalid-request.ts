/** What is wrong with one value of a request to the sandbox's own routes. */
export interface InvalidValue {
  /** The query parameter or body field. */
  path: string;
  message: string;
}

/** A request to the sandbox's own routes (`/inbox`, `/faults`) that does not make sense; answered with 400. */
export class InvalidRequest extends Error {
  override readonly name = 'InvalidRequest';

  constructor(readonly errors: InvalidValue[]) {
    super(errors.map((error) => `${error.path}: ${error.message}`).join('; '));
  }
}
