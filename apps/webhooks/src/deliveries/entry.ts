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
