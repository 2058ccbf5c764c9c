import { HttpException } from '@nestjs/common';
import { CodedError, type ErrorCode } from '@qflow/contracts';
import { isDependencyDown, QueueFull } from '@qflow/persistence';

/** What the framework refuses before a handler runs, in our words. Other 4xx mean that the request makes no sense. */
const byStatus: Record<number, { code: ErrorCode; detail: string }> = {
  404: {
    code: 'not_found',
    detail:
      'There is nothing at this address. Addresses are in lower case, without a slash at the end; the reference is at /docs.',
  },
  414: { code: 'not_found', detail: 'There is nothing at this address.' },
  415: { code: 'unsupported_media_type', detail: 'Send the body as application/json.' },
};

const busy = { retryAfter: 2 };

/**
 * Turns whatever was thrown into an error with a code. Bugs become `server_error` and tell nothing of themselves.
 * @param bodyLimit in words, such as `1024 KB`
 */
export function codedErrorOf(error: unknown, bodyLimit: string): CodedError {
  if (error instanceof CodedError) return error;
  if (error instanceof HttpException && error.getStatus() < 500) return ofFramework(error, bodyLimit);
  if (error instanceof QueueFull)
    return new CodedError(
      'unavailable',
      'Too many requests are waiting to be stored. Try again shortly.',
      busy,
    );
  if (isDependencyDown(error))
    return new CodedError(
      'unavailable',
      'A service this request needs does not answer. Try again shortly.',
      busy,
    );
  return new CodedError('server_error', 'Something went wrong on our side. The request is safe to retry.');
}

function ofFramework(error: HttpException, bodyLimit: string): CodedError {
  if (error.getStatus() === 413)
    return new CodedError(
      'payload_too_large',
      `The request body is larger than the ${bodyLimit} this server accepts.`,
    );
  const known = byStatus[error.getStatus()];
  if (known) return new CodedError(known.code, known.detail);
  const reason = unreadableBody(error);
  return new CodedError('validation_error', `The request body ${reason}.`, {
    errors: [{ path: '/', message: reason }],
  });
}

/** Fastify's reasons for a 400, by code; its own texts speak of headers and parsers. */
function unreadableBody(error: HttpException): string {
  const code = (error.cause as { code?: unknown } | undefined)?.code;
  if (code === 'FST_ERR_CTP_INVALID_CONTENT_LENGTH') return 'is not as long as its Content-Length says';
  return 'is not valid JSON';
}
