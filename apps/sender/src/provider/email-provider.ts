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
}

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
  | { is: 'retryable'; code: string; error: string; afterMs?: number }
  | { is: 'unknown'; code: string; error: string };

/** The port to whoever delivers e-mail. Never throws: every failure is an outcome. */
export abstract class EmailProvider {
  abstract send(email: Email): Promise<ProviderOutcome>;
  /** Waits for nothing; closes idle connections. */
  abstract close(): Promise<void>;
}
