import { CodedError, type ErrorCode, type ErrorExtras } from '@qflow/contracts';

/** A reply as it travels: a value, or an error with a code. */
export type RpcReply<T> =
  { ok: true; value: T } | { ok: false; code: ErrorCode; detail: string; extras: ErrorExtras };

/**
 * Coded errors travel as they are; anything else is this service's own trouble and says nothing of itself.
 * @param isUnavailable tells a dependency that is away (worth another try) from a bug
 */
export function rpcFailure(
  error: unknown,
  isUnavailable: (error: unknown) => boolean = () => false,
): RpcReply<never> {
  if (error instanceof CodedError)
    return { ok: false, code: error.code, detail: error.detail, extras: error.extras };
  return isUnavailable(error)
    ? {
        ok: false,
        code: 'unavailable',
        detail: 'A dependency does not answer. Try again shortly.',
        extras: { retryAfter: 2 },
      }
    : { ok: false, code: 'server_error', detail: 'An internal service failed.', extras: {} };
}
