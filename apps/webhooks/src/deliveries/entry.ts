import type { Columns } from '@qflow/persistence';
import type { PostResult } from '../dispatch/post-webhook.js';
import type { Delivery, Verdict } from './delivery.js';

/** One attempt that was made. */
export interface Attempt {
  at: Date;
  /** `changedAt` of the subscription that it was made with. */
  changedAt: Date;
  result: PostResult;
}

/** What is to be written of a delivery: where it stands, and the attempt that brought it there, if one did. */
export interface Entry {
  delivery: Delivery;
  verdict: Verdict;
  attempt: Attempt | null;
}

/** What the log's row of a delivery says of its latest attempt. */
export const attemptColumns: Columns = {
  attempted_at: 'timestamptz',
  duration_ms: 'int',
  status_code: 'int',
  error_code: 'text',
  error: 'text',
  answer: 'text',
};

export const attemptFields = ({ at, result }: Attempt) => ({
  attempted_at: at,
  duration_ms: result.durationMs,
  status_code: result.statusCode,
  error_code: result.code,
  error: result.error,
  answer: result.answer,
});
