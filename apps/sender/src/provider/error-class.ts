import type { ProviderOutcome } from './email-provider.js';

/** What an attempt came to that the provider did not accept: why it may be tried again, or that it must not be. */
export const errorClasses = [
  'rejected',
  'unknown',
  'slow_down',
  'down',
  'misconfigured',
  'this_attempt',
] as const;

export type ErrorClass = (typeof errorClasses)[number];

/** The class under which operators see an outcome; few, so that alerts can tell them apart. */
export const errorClassOf = (outcome: Exclude<ProviderOutcome, { is: 'accepted' }>): ErrorClass =>
  outcome.is === 'retryable' ? outcome.because : outcome.is;
