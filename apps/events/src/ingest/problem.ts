import { errorCatalogue, type CodedError, type ErrorCode, type FieldError } from '@qflow/contracts';

/** The body of every error answer (RFC 9457 "Problem Details for HTTP APIs"). */
export interface ProblemDocument {
  type: string;
  title: string;
  status: number;
  detail: string;
  /** The request id, also in `X-Request-Id`. */
  instance: string;
  /** Stable and machine readable. */
  code: ErrorCode;
  errors?: FieldError[];
}

/** RFC 9457 §3. */
export const problemMediaType = 'application/problem+json';

/** The catalogue speaks to integrators with bearer tokens; whoever posts here has a signature instead. */
const titleOf = (code: ErrorCode): string =>
  code === 'unauthorized' ? 'The post is not signed by the provider' : errorCatalogue[code].title;

export const problemOf = (error: CodedError, requestId: string): ProblemDocument => ({
  type: `urn:qflow:problem:${error.code}`,
  title: titleOf(error.code),
  status: error.status,
  detail: error.detail,
  instance: requestId,
  code: error.code,
  ...(error.extras.errors && { errors: error.extras.errors }),
});
