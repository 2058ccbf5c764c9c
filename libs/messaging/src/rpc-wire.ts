import { CodedError, type ErrorCode, type ErrorExtras } from '@qflow/contracts';

/** A reply as it travels: a value, or an error with a code. */
export type RpcReply<T> =
  { ok: true; value: T } | { ok: false; code: ErrorCode; detail: string; extras: ErrorExtras };

/** Coded errors travel as they are; anything else is this service's own trouble and says nothing of itself. */
export const rpcFailure = (error: unknown): RpcReply<never> =>
  error instanceof CodedError
    ? { ok: false, code: error.code, detail: error.detail, extras: error.extras }
    : { ok: false, code: 'server_error', detail: 'An internal service failed.', extras: {} };
