/**
 * Why a request was refused. Branch on it, log it, answer 401 in every case:
 *
 * | reason | what it means |
 * |---|---|
 * | `raw_body_missing` | the body given is no string or bytes: a JSON parser ran before the check, or the request had no body |
 * | `missing_signature` | the header is absent or empty, or holds only versions this library does not know |
 * | `malformed_header` | a header is there but is not of the documented form, or is longer than any real one |
 * | `timestamp_out_of_window` | signed longer ago, or further ahead, than the tolerance: a replay, or a clock that is off |
 * | `signature_mismatch` | well-formed, fresh, and not made with any of the secrets over these bytes |
 */
export type RejectionReason =
  | 'raw_body_missing'
  | 'missing_signature'
  | 'malformed_header'
  | 'timestamp_out_of_window'
  | 'signature_mismatch';

/** A refused request. Nothing of the request is in it, so it is safe to log. */
export interface Rejected {
  readonly valid: false;
  readonly reason: RejectionReason;
}

/** An authentic request; `timestamp` is the signed Unix time in seconds. */
export interface Verified {
  readonly valid: true;
  readonly timestamp: number;
}

/** What every verifier of a timestamped format answers. No input, however hostile, makes a verifier throw. */
export type Verification = Verified | Rejected;

/** The refusal for `reason`. */
export const rejected = (reason: RejectionReason): Rejected => ({ valid: false, reason });
