import { CodedError } from '@qflow/contracts';
import { subscriptionHeader } from '../subscription-keys/subscription-keys.js';

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

  /** The key of API management is missing or wrong; the challenge is the one Azure API Management gives. */
  static subscription(reason: string): Unauthorized {
    const place = `name="${subscriptionHeader}",type="header"`;
    return new Unauthorized(reason, `AzureApiManagementKey realm="qflow",${place}`);
  }
}
