/** Requests per minute that can be granted to one account at the most. */
export const maxRateLimit = 1_000_000;
