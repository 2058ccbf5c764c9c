import type { ProviderName } from '@qflow/contracts';
import type { Sql } from '@qflow/persistence';
import type { Email, ProviderOutcome } from '../provider/email-provider.js';
import type { AppliedInput } from '../sends/apply-inputs.js';
import { handedOver } from '../sends/handed-over.js';
import { unbind } from '../sends/wait-for-provider.js';
import type { AttemptRow } from '../sends/write-changes.js';
import { retryDelayMs } from '../dispatch/retry-policy.js';

/** One finished attempt. */
export interface FinishedAttempt {
  sendId: string;
  attempt: number;
  /** When the integrator asked for the send. */
  requestedAt: Date;
  startedAt: Date;
  finishedAt: Date;
  /** Who was given the e-mail, and what of it; null where it did not come to that. */
  provider: ProviderName | null;
  email: Pick<Email, 'subject' | 'from'> | null;
  outcome: ProviderOutcome;
}

export interface RetryLimits {
  /** How long an unknown send waits for its events. */
  graceMs: number;
  /** Age at which a send that no provider took fails for good. */
  maxAgeMs: number;
}

/** Sends that certainly nobody has may go through anybody again, behind what is stored of their attempts. */
export const unbindRetryable = (sql: Sql, attempts: readonly FinishedAttempt[]): Promise<void> =>
  unbind(
    sql,
    attempts.filter(({ outcome }) => outcome.is === 'retryable').map(({ sendId }) => sendId),
  );

/** What finished attempts mean for their sends. */
export const inputsOfAttempts = (attempts: readonly FinishedAttempt[], limits: RetryLimits): AppliedInput[] =>
  attempts.map((attempt) => ({ ...inputOf(attempt, limits), handedOver: handedOverOf(attempt) }));

/** As it is stored. */
export const attemptRow = ({
  sendId,
  attempt,
  provider,
  startedAt,
  finishedAt,
  outcome,
}: FinishedAttempt): AttemptRow => ({
  send_id: sendId,
  attempt,
  started_at: startedAt,
  finished_at: finishedAt,
  outcome: outcome.is,
  detail: outcome.is === 'accepted' ? null : outcome.error,
  provider_message_id: outcome.is === 'accepted' ? outcome.messageId : null,
  provider,
});

const handedOverOf = ({ email, outcome }: FinishedAttempt) =>
  email && handedOver(email, outcome.is === 'accepted' ? outcome.messageId : null);

function inputOf(finished: FinishedAttempt, limits: RetryLimits): AppliedInput {
  const { sendId, attempt, outcome, finishedAt, requestedAt } = finished;
  switch (outcome.is) {
    case 'accepted':
      return { sendId, input: { is: 'accepted' } };
    case 'rejected':
      return { sendId, input: { is: 'rejected', error: outcome.error, attempt } };
    case 'unknown':
      return {
        sendId,
        input: { is: 'unknown', error: outcome.error, attempt },
        dueInMs: limits.graceMs,
      };
    case 'retryable': {
      if (finishedAt.getTime() - requestedAt.getTime() > limits.maxAgeMs)
        return {
          sendId,
          input: { is: 'rejected', error: `gave up after ${attempt} attempts: ${outcome.error}`, attempt },
        };
      const delay = Math.max(outcome.afterMs ?? 0, retryDelayMs(attempt));
      return {
        sendId,
        input: { is: 'postponed', error: outcome.error, attempt },
        dueInMs: delay,
      };
    }
  }
}
