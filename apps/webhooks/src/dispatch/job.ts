import type { Delivery } from '../deliveries/delivery.js';

/** The promise that a delivery is in the log, and what settles it. */
export interface Promised {
  readonly durable: Promise<void>;
  readonly settle: { resolve: (value?: void | PromiseLike<void>) => void; reject: (error: unknown) => void };
}

/** A delivery that is this process's to attempt. */
export interface Job extends Promised {
  readonly delivery: Delivery;
  /** Settles when its row is written; null as long as nobody has begun to write one. */
  row: Promise<void> | null;
  /** Whether the attempt is over, or there will be none here. */
  over: boolean;
  /** Settles when nothing more is to be done for it here; null before it has begun. */
  work: Promise<void> | null;
}

const written: Promised = { durable: Promise.resolve(), settle: { resolve: () => {}, reject: () => {} } };

/** A delivery that is not in the log yet, and whom to tell when it is. */
export const firstJob = (delivery: Delivery, { durable, settle }: Promised): Job => ({
  delivery,
  row: null,
  over: false,
  durable,
  work: null,
  settle,
});

/** A delivery that was claimed, so that its row is written already. */
export const claimedJob = (delivery: Delivery): Job => ({
  ...firstJob(delivery, written),
  row: written.durable,
});
