import {
  errorCatalogue,
  type CodedError,
  type ErrorCode,
  type FieldError,
  type PreviousSend,
} from '@qflow/contracts';

/** The body of every error answer but the token endpoint's (RFC 9457 "Problem Details for HTTP APIs"). */
export interface ProblemDocument {
  /** Names the kind of problem; ends in the code. */
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
}

/** `application/problem+json`, RFC 9457 §3. */
export const problemMediaType = 'application/problem+json';

/** A URN, not a URL: it identifies the kind of problem for ever, wherever the documentation moves. */
const typeOf = (code: ErrorCode): string => `urn:qflow:problem:${code}`;

export function problemOf(error: CodedError, requestId: string): ProblemDocument {
  const { errors, previous } = error.extras;
  return {
    type: typeOf(error.code),
    title: errorCatalogue[error.code].title,
    status: error.status,
    detail: error.detail,
    instance: requestId,
    code: error.code,
    ...(errors && { errors }),
    ...(previous && { previous }),
  };
}

/** As bytes: Fastify adds a charset to texts, and this media type has no parameters. */
export const problemBody = (error: CodedError, requestId: string): Buffer =>
  Buffer.from(JSON.stringify(problemOf(error, requestId)));
