import { insertRows, type Sql, type StoredOutboxEntry } from '@qflow/persistence';
import { applyInputs } from './apply-inputs.js';
import { claim, type ClaimOptions, type Claims } from './claim.js';
import { dropSuppressed } from './claim-sends.js';
import type { Move } from './moving-sends.js';
import type { SendRow } from './send-row.js';

/**
 * Of the sends whose time has come, those that have waited longest and that nobody else has in hand. Each is looked up in
 * `sends` by itself, by a subquery that PostgreSQL makes no join of: where its statistics say that much is due, as those of
 * a table whose rows come and go do now and then, a join reads all of `sends`, every second.
 * @param condition on a row of `sends`
 */
const selectDue = (columns: string, condition: string): string => `
  SELECT ${columns} FROM sends JOIN open_sends ON open_sends.send_id = sends.id
   WHERE id = ANY(ARRAY(
           SELECT send_id FROM open_sends
            WHERE due_at <= now() AND (SELECT ${condition} FROM sends WHERE id = send_id)
            ORDER BY due_at LIMIT 200 FOR UPDATE SKIP LOCKED))
     AND due_at <= now() AND (${condition})
   ORDER BY due_at FOR UPDATE SKIP LOCKED`;

const selectLapsed = selectDue(
  `id, attempt, COALESCE(provider, 'sendgrid') AS provider, updated_at`,
  `state = 'sending'`,
);
const selectExpired = selectDue(
  'id',
  `state = 'unknown' AND created_at < now() - $1 * interval '1 millisecond'`,
);
const selectWaiting = selectDue(
  'id',
  `state = ANY($1::text[]) AND (state = 'queued' OR created_at >= now() - $2 * interval '1 millisecond')`,
);

/**
 * Claims that lapsed: their process died between claiming and recording. Whether the e-mail left is unknown, so it
 * is not repeated blindly (SendGrid has no idempotency key): the send waits for its events first, and goes to no other
 * provider than the one that may have it.
 */
export async function turnLapsedIntoUnknown(
  sql: Sql,
  graceMs: number,
  moves?: Move[],
): Promise<StoredOutboxEntry[]> {
  const lapsed = await sql<Pick<SendRow, 'id' | 'attempt' | 'provider' | 'updated_at'>>(selectLapsed);
  if (lapsed.length === 0) return [];
  const error = 'the sender stopped before it could record the outcome';
  const now = new Date();
  const attempts = lapsed.map(({ id, attempt, provider, updated_at }) => ({
    send_id: id,
    attempt,
    provider,
    started_at: updated_at,
    finished_at: now,
    outcome: 'unknown',
    detail: error,
  }));
  await sql(...insertRows('attempts', attemptColumns, attempts, 'ON CONFLICT DO NOTHING'));
  return applyInputs(
    sql,
    lapsed.map(({ id, attempt }) => ({
      sendId: id,
      input: { is: 'unknown', error, attempt },
      dueInMs: graceMs,
    })),
    { moves },
  );
}

/**
 * Unknown sends that are too old to be tried again: without a word from the provider they would otherwise be repeated
 * for ever. They fail, visibly; a report that still comes lifts them to what really happened.
 */
export async function expireUnknown(
  sql: Sql,
  maxAgeMs: number,
  moves?: Move[],
): Promise<StoredOutboxEntry[]> {
  const expired = await sql<{ id: string }>(selectExpired, [maxAgeMs]);
  const error = 'the outcome is unknown, and the provider has not reported anything';
  return applyInputs(
    sql,
    expired.map(({ id }) => ({ sendId: id, input: { is: 'expired', error } })),
    { moves },
  );
}

const attemptColumns = {
  send_id: 'uuid',
  attempt: 'int',
  started_at: 'timestamptz',
  finished_at: 'timestamptz',
  outcome: 'text',
  detail: 'text',
  provider: 'text',
};

/**
 * Claims sends whose wait is over: postponed ones, and unknown ones whose grace ended without a word from the
 * provider. An address that was suppressed meanwhile is not mailed, and of the unknown ones none that is too old: they
 * are for {@link expireUnknown}, which takes so many at a time.
 */
export async function claimDue(sql: Sql, options: ClaimOptions): Promise<Claims> {
  const due = await sql<{ id: string }>(selectWaiting, [options.states, options.maxAgeMs]);
  const ids = due.map(({ id }) => id);
  const dropped = await dropSuppressed(sql, ids, options.moves);
  const { claimed, waiting, entries } = await claim(sql, ids, options);
  return { claimed, waiting, entries: [...dropped, ...entries] };
}
