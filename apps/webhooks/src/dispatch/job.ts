import type { Delivery } from '../deliveries/delivery.js';

/** A delivery that is this process's to attempt. */
export interface Job {
  readonly delivery: Delivery;
  /** Settles when its row is written; null as long as nobody has begun to write one. */
  row: Promise<void> | null;
  /** Whether the attempt is over, or there will be none here. */
  over: boolean;
  /** Settles when what is known of it is in the log, be it that its first attempt is under way. */
  readonly durable: Promise<void>;
  /** Settles when nothing more is to be done for it here; null before it has begun. */
  work: Promise<void> | null;
  readonly settle: { resolve: () => void; reject: (error: unknown) => void };
}

/** @param inLog whether its row is written already: a delivery that was claimed */
export function newJob(delivery: Delivery, inLog: boolean): Job {
  let settle!: Job['settle'];
  const durable = new Promise<void>((resolve, reject) => (settle = { resolve, reject }));
  if (inLog) settle.resolve();
  return { delivery, row: inLog ? durable : null, over: false, durable, work: null, settle };
}
