import type { ProviderName } from '@qflow/contracts';
import { insertRows, writeOutbox, type Sql, type StoredOutboxEntry } from '@qflow/persistence';
import type { Email, ProviderOutcome } from '../provider/email-provider.js';
import { applyInputs, type AppliedInput } from '../sends/apply-inputs.js';
import { handedOver } from '../sends/handed-over.js';
import type { Move } from '../sends/moving-sends.js';
import { unbind } from '../sends/wait-for-provider.js';
import { retryDelayMs } from './retry-policy.js';

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

const columns = {
  send_id: 'uuid',
  attempt: 'int',
  started_at: 'timestamptz',
  finished_at: 'timestamptz',
  outcome: 'text',
  detail: 'text',
  provider_message_id: 'text',
  provider: 'text',
};

/** Writes finished attempts, the states they lead to and what integrators hear of it, in the caller's transaction. */
export async function recordAttempts(
  sql: Sql,
  attempts: readonly FinishedAttempt[],
  limits: RetryLimits,
  moves?: Move[],
): Promise<StoredOutboxEntry[]> {
  // An attempt whose claim lapsed already has a row that says "unknown"; what really happened is better.
  const better =
    'ON CONFLICT (send_id, attempt) DO UPDATE SET finished_at = EXCLUDED.finished_at, outcome = EXCLUDED.outcome,' +
    ' detail = EXCLUDED.detail, provider_message_id = EXCLUDED.provider_message_id, provider = EXCLUDED.provider';
  await sql(...insertRows('attempts', columns, attempts.map(rowOf), better));
  const entries = await applyInputs(
    sql,
    attempts.map((attempt) => ({ ...inputOf(attempt, limits), handedOver: handedOverOf(attempt) })),
    moves,
  );
  await unbind(
    sql,
    attempts.filter(({ outcome }) => outcome.is === 'retryable').map(({ sendId }) => sendId),
  );
  return writeOutbox(sql, entries);
}

const rowOf = ({ sendId, attempt, provider, startedAt, finishedAt, outcome }: FinishedAttempt): object => ({
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
