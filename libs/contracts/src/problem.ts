import {
  errorCatalogue,
  type CodedError,
  type ErrorCode,
  type FieldError,
  type PreviousSend,
  type UnsafeUrl,
} from './errors.js';

/** The body of every error answer but the token endpoint's (RFC 9457 "Problem Details for HTTP APIs"). */
export interface ProblemDocument {
  /** A URN that names the kind of problem for ever, wherever the documentation moves; ends in the code. */
  type: string;
  title: string;
  status: number;
  detail: string;
  /** The request id, also in `X-Request-Id`. */
  instance: string;
  /** Stable and machine readable: what callers branch on. */
  code: ErrorCode;
  errors?: FieldError[];
  previous?: PreviousSend;
  urls?: UnsafeUrl[];
}

/** `application/problem+json`, RFC 9457 §3. */
export const problemMediaType = 'application/problem+json';

export function problemOf(error: CodedError, requestId: string): ProblemDocument {
  const { errors, previous, urls } = error.extras;
  return {
    type: `urn:qflow:problem:${error.code}`,
    title: errorCatalogue[error.code].title,
    status: error.status,
    detail: error.detail,
    instance: requestId,
    code: error.code,
    ...(errors && { errors }),
    ...(previous && { previous }),
    ...(urls && { urls }),
  };
}
