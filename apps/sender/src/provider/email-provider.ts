import type { ProviderName } from '@qflow/contracts';

/** One e-mail, rendered and addressed. */
export interface Email {
  /** Our id, which every report of the provider carries back. */
  sendId: string;
  /** 1 for the first try. */
  attempt: number;
  to: { email: string; name?: string };
  from: { email: string; name?: string };
  replyTo?: string;
  subject: string;
  html: string;
  /** Empty where the HTML holds no text at all. */
  text: string;
  /** Where a mail program unsubscribes with one click (RFC 8058); absent: the e-mail has no such headers. */
  unsubscribeUrl?: string;
}

/**
 * Why an e-mail that the provider certainly does not have was not taken, which decides what becomes of the others.
 * - `slow_down`: we are too fast (429); the provider is well and waited for, `afterMs` long.
 * - `down`: it cannot be reached or fails by itself; several in a row close its circuit.
 * - `misconfigured`: our key, plan or address of it is wrong (401, 403, 404, 405); several in a row close its circuit,
 *   and operators are told that it is theirs to mend.
 * - `this_attempt`: it says nothing about any other e-mail (a mailbox that is busy, a template that cannot be had).
 */
export type RetryReason = 'slow_down' | 'down' | 'misconfigured' | 'this_attempt';

/** The code of a rejection by the adapter itself: the e-mail cannot be written, and no provider was asked about it. */
export const invalidEmail = 'invalid_email';

/**
 * What handing an e-mail over came to.
 * - `accepted`: the provider has it.
 * - `rejected`: it will never take it; `code` is stable, `error` is for people.
 * - `retryable`: it certainly does not have it, and may take it later; `afterMs` where it said when.
 * - `unknown`: the request left and no answer came. It may have it. Never to be repeated blindly.
 */
export type ProviderOutcome =
  | { is: 'accepted'; messageId: string | null }
  | { is: 'rejected'; code: string; error: string }
  | { is: 'retryable'; because: RetryReason; code: string; error: string; afterMs?: number }
  | { is: 'unknown'; code: string; error: string };

/** What every adapter keeps to, whatever its protocol. */
export interface ProviderLimits {
  /** Connections; one e-mail at a time on each. */
  concurrency: number;
  /** For the name, TCP and TLS, ms. Nothing of the e-mail has left by then, so running out of it is `retryable`. */
  connectTimeoutMs: number;
  /** From a connection at hand to the end of the answer, ms. Running out of it is `unknown`. */
  answerTimeoutMs: number;
}

/** The port to whoever delivers e-mail. Never throws: every failure is an outcome. */
export abstract class EmailProvider {
  abstract readonly name: ProviderName;
  /** Settles within the connect and answer time-outs together: the claim on a send is made to outlast them. */
  abstract send(email: Email): Promise<ProviderOutcome>;
  /** Waits for nothing; closes idle connections. */
  abstract close(): Promise<void>;
}
