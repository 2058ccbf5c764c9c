import { CodedError } from '@qflow/contracts';

/** A 401, with what its `WWW-Authenticate` header says (RFC 6750 §3). */
export class Unauthorized extends CodedError {
  private constructor(
    detail: string,
    readonly challenge: string,
  ) {
    super('unauthorized', detail);
  }

  /** No credentials at all: the challenge says only what kind is wanted (RFC 6750 §3.1, last paragraph). */
  static missing(): Unauthorized {
    return new Unauthorized('Send an access token as "Authorization: Bearer <token>".', 'Bearer');
  }

  static invalid(reason: string): Unauthorized {
    return new Unauthorized(reason, `Bearer error="invalid_token", error_description="${reason}"`);
  }
}
