import { CodedError } from '@qflow/contracts';

/** Lets a few pieces of work run at once and a bounded number wait, in the order in which they came. */
export class Slots {
  private readonly waiting: (() => void)[] = [];
  private running = 0;

  constructor(private readonly limits: { running: number; waiting: number }) {}

  /**
   * @param work called when its turn has come
   * @throws CodedError `unavailable` at once, where too many wait already
   */
  async run<T>(work: () => Promise<T>): Promise<T> {
    if (this.running < this.limits.running) this.running++;
    else await this.turn();
    try {
      return await work();
    } finally {
      // Whoever waits longest takes over this slot.
      const next = this.waiting.shift();
      if (next) next();
      else this.running--;
    }
  }

  private turn(): Promise<void> {
    if (this.waiting.length >= this.limits.waiting)
      throw new CodedError('unavailable', 'Too many logins are waiting. Try again shortly.', {
        retryAfter: 2,
      });
    return new Promise((resolve) => this.waiting.push(resolve));
  }
}
