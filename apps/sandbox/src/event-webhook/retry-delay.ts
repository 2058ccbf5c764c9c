/** SendGrid retries a post for a rolling 24 hours and then lets it go. */
export const RETRY_HORIZON_MS = 24 * 3600 * 1000;

/** How the gaps between the attempts of one post grow, in milliseconds. */
export interface RetryPace {
  first: number;
  longest: number;
}

/** The gap after the given number of failed attempts (1, 2, …): doubling, up to the longest. */
export function retryDelay(failures: number, pace: RetryPace): number {
  return Math.min(pace.longest, pace.first * 2 ** Math.min(failures - 1, 30));
}
