import { insertRows, writeOutbox, type Sql, type StoredOutboxEntry } from '@qflow/persistence';
import { applyInputs } from './apply-inputs.js';
import { claim, type ClaimedSend } from './claim-sends.js';

const batchSize = 200;

/**
 * Claims that lapsed: their process died between claiming and recording. Whether the e-mail left is unknown, so it
 * is not repeated blindly (SendGrid has no idempotency key): the send waits for its events first.
 */
export async function turnLapsedIntoUnknown(sql: Sql, graceMs: number): Promise<StoredOutboxEntry[]> {
  const lapsed = await sql<{ id: string; attempt: number; updated_at: Date }>(
    `SELECT id, attempt, updated_at FROM sends WHERE state = 'sending' AND due_at <= now()
      ORDER BY due_at LIMIT ${batchSize} FOR UPDATE SKIP LOCKED`,
  );
  if (lapsed.length === 0) return [];
  const error = 'the sender stopped before it could record the outcome';
  const now = new Date();
  const attempts = lapsed.map(({ id, attempt, updated_at }) => ({
    send_id: id,
    attempt,
    started_at: updated_at,
    finished_at: now,
    outcome: 'unknown',
    detail: error,
  }));
  await sql(...insertRows('attempts', attemptColumns, attempts, 'ON CONFLICT DO NOTHING'));
  return writeOutbox(
    sql,
    await applyInputs(
      sql,
      lapsed.map(({ id, attempt }) => ({
        sendId: id,
        input: { is: 'unknown', error, attempt },
        dueAt: new Date(now.getTime() + graceMs),
      })),
    ),
  );
}

export const attemptColumns = {
  send_id: 'uuid',
  attempt: 'int',
  started_at: 'timestamptz',
  finished_at: 'timestamptz',
  outcome: 'text',
  detail: 'text',
};

/**
 * Claims sends whose wait is over: postponed ones, and unknown ones whose grace ended without a word from the
 * provider.
 * @param options.includeUnknown false while reports are still on their way to us, because one of them may settle the question
 */
export async function claimDue(
  sql: Sql,
  options: { includeUnknown: boolean; claimMs: number },
): Promise<ClaimedSend[]> {
  const states = options.includeUnknown ? ['queued', 'unknown'] : ['queued'];
  const due = await sql<{ id: string }>(
    `SELECT id FROM sends WHERE due_at <= now() AND state = ANY($1::text[])
      ORDER BY due_at LIMIT ${batchSize} FOR UPDATE SKIP LOCKED`,
    [states],
  );
  return claim(
    sql,
    due.map(({ id }) => id),
    options.claimMs,
  );
}
