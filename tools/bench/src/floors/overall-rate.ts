import type { Ran } from './protocol.js';

/** What all slices of a floor came to together, per second. */
export const overallRate = (slices: readonly Pick<Ran, 'count' | 'seconds'>[]): number =>
  slices.reduce((sum, { count }) => sum + count, 0) / slices.reduce((sum, { seconds }) => sum + seconds, 0);
