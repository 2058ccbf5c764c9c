import type { Delivery } from '../deliveries/delivery.js';

/** Failures in a row without any answer after which an endpoint is only probed, one request at a time. */
const failuresToProbe = 5;

/**
 * What waits for one endpoint, and how much of it may be under way at once. Endpoints share nothing here, so one that
 * hangs fills its own places and its own queue and nobody else's.
 */
export class EndpointQueue {
  private readonly waiting: Delivery[] = [];
  private active = 0;
  private failures = 0;

  constructor(
    private readonly concurrency: number,
    private readonly maxWaiting: number,
  ) {}

  get idle(): boolean {
    return this.active === 0 && this.waiting.length === 0;
  }

  /** How many more deliveries it takes in. */
  get room(): number {
    return Math.max(
      0,
      (this.probing ? 1 : this.maxWaiting) - this.waiting.length - (this.probing ? this.active : 0),
    );
  }

  push(delivery: Delivery): void {
    this.waiting.push(delivery);
  }

  /** The next delivery to attempt, if there is one and a place for it. Tell {@link done} or {@link skip} when it is over. */
  take(): Delivery | undefined {
    if (this.active >= (this.probing ? 1 : this.concurrency)) return undefined;
    const next = this.waiting.shift();
    if (next) this.active++;
    return next;
  }

  /** @param answered whether the endpoint gave any answer at all */
  done(answered: boolean): void {
    this.active--;
    this.failures = answered ? 0 : this.failures + 1;
  }

  /** A delivery that was taken and not attempted: says nothing about the endpoint. */
  skip(): void {
    this.active--;
  }

  /** Empties the queue; what is under way goes on. */
  drain(): Delivery[] {
    return this.waiting.splice(0);
  }

  private get probing(): boolean {
    return this.failures >= failuresToProbe;
  }
}
