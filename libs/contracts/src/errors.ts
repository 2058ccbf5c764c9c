/**
 * Every error an integrator can meet, by its stable `code` (guide section "Errors").
 * The status belongs to the code, so that no two routes answer the same problem differently.
 */
export const errorCatalogue = {
  validation_error: { status: 400, title: 'The request is not valid' },
  unauthorized: { status: 401, title: 'The credentials are missing, invalid, expired or revoked' },
  comms_api_not_enabled: { status: 403, title: 'The Comms API is not enabled for this account' },
  insufficient_scope: { status: 403, title: 'This credential does not open this route' },
  trust_required: { status: 403, title: 'Sender verification is not complete' },
  not_found: { status: 404, title: 'Not found' },
  method_not_allowed: { status: 405, title: 'This method is not allowed here' },
  request_timeout: { status: 408, title: 'The request did not arrive in time' },
  idempotency_conflict: { status: 409, title: 'This Idempotency-Key belongs to another request' },
  already_exists: { status: 409, title: 'There is one already' },
  domain_already_configured: { status: 409, title: 'The account has a sender domain already' },
  domain_busy: { status: 409, title: 'Another request is working on the sender domain' },
  domain_not_supported: {
    status: 409,
    title: 'The e-mail provider of this installation authenticates no domains',
  },
  domain_not_verified: { status: 409, title: 'The DNS records of the sender domain are not in place' },
  replay_running: { status: 409, title: 'A replay of this webhook is under way' },
  webhook_disabled: { status: 409, title: 'This webhook is disabled' },
  webhook_limit: { status: 409, title: 'The account has as many webhooks as it may have' },
  payload_too_large: { status: 413, title: 'The request body is too large' },
  unsupported_media_type: { status: 415, title: 'This media type is not supported' },
  spam_check_failed: { status: 422, title: 'The template holds unsafe URLs' },
  previous_send_permanently_failed: { status: 422, title: 'This recipient cannot be e-mailed' },
  template_event_mismatch: { status: 422, title: 'Template and attendee belong to different events' },
  rate_limit: { status: 429, title: 'Too many requests' },
  headers_too_large: { status: 431, title: 'The request headers are too large' },
  server_error: { status: 500, title: 'Unexpected error' },
  unavailable: { status: 503, title: 'A dependency is down; the request was not accepted' },
} as const satisfies Record<string, { status: number; title: string }>;

export type ErrorCode = keyof typeof errorCatalogue;

/** One offending place of a request body or query: `path` is a JSON Pointer, `/` for the body as a whole. */
export interface FieldError {
  path: string;
  message: string;
}

/** What `previous_send_permanently_failed` tells of the send that stands in the way. */
export interface PreviousSend {
  attendeeInvitationId: string;
  status: string;
  /** RFC 3339, UTC. */
  at: string;
}

/** One URL of a template that was found unsafe, as it stands in the template, and why. */
export interface UnsafeUrl {
  url: string;
  /** For the author: which rule it breaks, in words. */
  reason: string;
}

/** Members that some codes add to the problem document (RFC 9457 §3.2 "extension members"). */
export interface ErrorExtras {
  errors?: FieldError[];
  previous?: PreviousSend;
  /** With `spam_check_failed`. */
  urls?: UnsafeUrl[];
  /** Seconds; becomes the `Retry-After` header. */
  retryAfter?: number;
}

/**
 * An error with a code. It crosses service borders as `{code, detail, extras}` and becomes a problem document at
 * the gateway; code branches on `code`, never on the text of `detail`.
 */
export class CodedError extends Error {
  constructor(
    readonly code: ErrorCode,
    /** For the person who reads the answer: what was wrong with this very request. */
    readonly detail: string,
    readonly extras: ErrorExtras = {},
  ) {
    super(`${code}: ${detail}`);
    this.name = 'CodedError';
  }

  get status(): number {
    return errorCatalogue[this.code].status;
  }
}

/** A 400 for one field. */
export const invalidField = (path: string, message: string): CodedError =>
  new CodedError('validation_error', `${path} ${message}`, { errors: [{ path, message }] });
