import type { EventType } from '@qflow/contracts';

/** A delivery that is over, as the standing of its subscription sees it. Test calls are not told. */
export interface Ending {
  subscriptionId: string;
  accountId: string;
  eventType: EventType;
  /** `delivered`; `given-up`: failed for good or dead; `gone`: the endpoint answered 410. */
  outcome: 'delivered' | 'given-up' | 'gone';
  /** What the last attempt ended with; null when delivered. */
  error: string | null;
  /**
   * When its owner had last changed the subscription that the attempt was made with; null where none was made. What they
   * have changed since then is not judged by it.
   */
  changedAt: Date | null;
}
