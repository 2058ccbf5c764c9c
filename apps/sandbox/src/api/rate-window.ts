/** What a caller may still do, as SendGrid's rate headers say it. */
export interface RateStanding {
  limit: number;
  remaining: number;
  /** Unix seconds: when the count starts anew. */
  reset: number;
  /** True when this call was one too many. */
  spent: boolean;
}

/** Counts calls per second of the clock. */
export class RateWindow {
  private second = 0;
  private used = 0;

  constructor(private readonly limit: number) {}

  /** Counts one call. @param now milliseconds since the epoch */
  take(now: number): RateStanding {
    const second = Math.floor(now / 1000);
    if (second !== this.second) {
      this.second = second;
      this.used = 0;
    }
    this.used += 1;
    const { limit, used } = this;
    return { limit, remaining: Math.max(0, limit - used), reset: second + 1, spent: used > limit };
  }
}
