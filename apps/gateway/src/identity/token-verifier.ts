import type { Caller } from './caller.js';

/** Checks access tokens: those of the gateway's own issuer, or of the one that `OIDC_ISSUER` names. */
export abstract class TokenVerifier {
  /**
   * The caller of a token that was checked before and still holds: the hot path, without a promise.
   * @throws Unauthorized where the token was revoked since; CodedError `unavailable`
   */
  abstract known(token: string): Caller | undefined;

  /**
   * @throws Unauthorized saying what is wrong with the token
   * @throws CodedError `unavailable` where it cannot be told at the moment
   */
  abstract verify(token: string): Promise<Caller>;
}
