import type { Sql } from '@qflow/persistence';
import { retryDelayMs } from '../dispatch/retry-policy.js';
import type { ProviderOutcome } from '../provider/email-provider.js';
import type { ClaimedNotice } from './claim-notice.js';

interface Next {
  state: 'queued' | 'sent' | 'failed' | 'unknown';
  error: string | null;
  dueAt: Date | null;
}

/**
 * Writes what handing a notice over came to. Where its claim has lapsed meanwhile, what really happened is better than
 * "unknown".
 * @param maxAgeMs age at which one that the provider never took fails for good
 */
export async function recordNotice(
  sql: Sql,
  notice: ClaimedNotice,
  outcome: ProviderOutcome,
  maxAgeMs: number,
): Promise<void> {
  const { state, error, dueAt } = nextOf(notice, outcome, maxAgeMs);
  await sql(
    `UPDATE notices SET state = $3, error = $4, due_at = $5, provider_message_id = $6, updated_at = now(),
            subject = CASE WHEN $7 THEN subject END, text = CASE WHEN $7 THEN text END,
            html = CASE WHEN $7 THEN html END
      WHERE id = $1 AND attempt = $2 AND state IN ('sending', 'unknown')`,
    [
      notice.id,
      notice.attempt,
      state,
      error,
      dueAt,
      outcome.is === 'accepted' ? outcome.messageId : null,
      state === 'queued' || state === 'unknown',
    ],
  );
}

function nextOf(
  { attempt, created_at }: ClaimedNotice,
  outcome: ProviderOutcome,
  maxAgeMs: number,
  now = Date.now(),
): Next {
  switch (outcome.is) {
    case 'accepted':
      return { state: 'sent', error: null, dueAt: null };
    case 'rejected':
      return { state: 'failed', error: outcome.error, dueAt: null };
    case 'unknown':
      return { state: 'unknown', error: outcome.error, dueAt: null };
    case 'retryable': {
      if (now - created_at.getTime() > maxAgeMs)
        return {
          state: 'failed',
          error: `gave up after ${attempt} attempts: ${outcome.error}`,
          dueAt: null,
        };
      const delay = Math.max(outcome.afterMs ?? 0, retryDelayMs(attempt));
      return { state: 'queued', error: outcome.error, dueAt: new Date(now + delay) };
    }
  }
}
