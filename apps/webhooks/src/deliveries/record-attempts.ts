import { deadLetterSubject, type DeadLetterV1 } from '@qflow/contracts';
import {
  columnArrays,
  insertRows,
  unnest,
  writeOutbox,
  type OutboxEntry,
  type Sql,
  type StoredOutboxEntry,
} from '@qflow/persistence';
import type { PostResult } from '../dispatch/post-webhook.js';
import { isRetryable, retryDelayMs } from '../dispatch/retry-policy.js';
import type { Delivery, DeliveryStatus } from './delivery.js';

/** One finished attempt. */
export interface FinishedAttempt {
  delivery: Delivery;
  at: Date;
  result: PostResult;
}

/** Where an attempt leaves its delivery. */
export interface Verdict {
  status: DeliveryStatus;
  dueAt: Date | null;
}

const gone = 410;

/** The one place where an attempt's result becomes done, again or never. */
export function judge({ delivery, result }: FinishedAttempt, now = Date.now()): Verdict {
  const attempt = delivery.attempts + 1;
  if (result.delivered) return { status: 'delivered', dueAt: null };
  if (!isRetryable(result.statusCode)) return { status: 'failed', dueAt: null };
  if (attempt >= delivery.maxAttempts)
    return { status: delivery.maxAttempts === 1 ? 'failed' : 'dead', dueAt: null };
  return { status: 'retrying', dueAt: new Date(now + retryDelayMs(attempt, result.retryAfterMs)) };
}

const attemptColumns = {
  delivery_id: 'uuid',
  attempt: 'int',
  at: 'timestamptz',
  duration_ms: 'int',
  status_code: 'int',
  error: 'text',
  answer: 'text',
};

const deliveryColumns = {
  id: 'uuid',
  attempts: 'int',
  status: 'text',
  due_at: 'timestamptz',
  status_code: 'int',
  error: 'text',
};

/**
 * Writes finished attempts and where they leave their deliveries, in the caller's transaction. Dead ones go to the
 * outbox for the DEAD stream. A delivery that was deleted meanwhile (with its subscription) leaves no trace.
 */
export async function recordAttempts(
  sql: Sql,
  attempts: readonly FinishedAttempt[],
): Promise<StoredOutboxEntry[]> {
  const verdicts = attempts.map((attempt) => ({ ...attempt, verdict: judge(attempt) }));
  const updated = await sql<{ id: string }>(
    `UPDATE deliveries SET attempts = new.attempts, status = new.status, due_at = new.due_at,
            status_code = new.status_code, error = new.error, updated_at = now()
       FROM ${unnest(deliveryColumns)} AS new (${Object.keys(deliveryColumns).join(', ')})
      WHERE deliveries.id = new.id AND deliveries.attempts = new.attempts - 1
      RETURNING deliveries.id`,
    columnArrays(
      deliveryColumns,
      verdicts.map(({ delivery, result, verdict }) => ({
        id: delivery.id,
        attempts: delivery.attempts + 1,
        status: verdict.status,
        due_at: verdict.dueAt,
        status_code: result.statusCode,
        error: result.error,
      })),
    ),
  );
  const counted = new Set(updated.map(({ id }) => id));
  const kept = verdicts.filter(({ delivery }) => counted.has(delivery.id));
  await sql(
    ...insertRows(
      'attempts',
      attemptColumns,
      kept.map(({ delivery, at, result }) => ({
        delivery_id: delivery.id,
        attempt: delivery.attempts + 1,
        at,
        duration_ms: result.durationMs,
        status_code: result.statusCode,
        error: result.error,
        answer: result.answer,
      })),
      'ON CONFLICT DO NOTHING',
    ),
  );
  await disableGone(sql, kept);
  return writeOutbox(sql, kept.filter(({ verdict }) => verdict.status === 'dead').map(deadLetter));
}

/** 410 Gone: the receiver says that this endpoint will never be again (Standard Webhooks, "Disabling endpoints"). */
async function disableGone(sql: Sql, attempts: readonly FinishedAttempt[]): Promise<void> {
  const ids = attempts
    .filter(({ result }) => result.statusCode === gone)
    .map(({ delivery }) => delivery.subscriptionId);
  if (ids.length === 0) return;
  await sql('UPDATE subscriptions SET active = false, updated_at = now() WHERE id = ANY($1::uuid[])', [ids]);
}

function deadLetter({ delivery, result }: FinishedAttempt): OutboxEntry {
  const body = JSON.stringify({
    deliveryId: delivery.id,
    subscriptionId: delivery.subscriptionId,
    accountId: delivery.accountId,
    eventId: delivery.eventId,
  });
  const letter: DeadLetterV1 = {
    kind: 'dead.letter',
    version: 1,
    origin: 'webhooks',
    subject: delivery.eventType,
    reason: `${delivery.attempts + 1} attempts failed, the last one: ${result.error ?? ''}`,
    diedAt: new Date().toISOString(),
    body,
    bytes: Buffer.byteLength(body),
  };
  return {
    subject: deadLetterSubject('webhooks'),
    msgId: `dead:webhooks:${delivery.id}`,
    body: JSON.stringify(letter),
    headers: {},
  };
}
