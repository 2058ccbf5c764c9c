import { CodedError, invalidField, isId, type DeliveryStatus, type ReplayView } from '@qflow/contracts';
import { dayOf, type Sql } from '@qflow/persistence';
import { logDays } from '../deliveries/log-tables.js';
import { momentOf } from '../log/id-range.js';
import { ownSubscription } from '../subscriptions/own-subscription.js';
import { unknownReplay, viewOf, webhookDisabled, type ReplayRow } from './replay-row.js';

export interface StartReplay {
  accountId: string;
  subscriptionId: string;
  id: string;
  since: string;
  until: string | null;
  status: DeliveryStatus | null;
}

const dayMs = 24 * 60 * 60 * 1000;

/**
 * Stores the request for a replay; the worker makes its deliveries. To be called in a transaction.
 * @throws CodedError `not_found`, `validation_error` (`/since`, `/until`, `/status`), `webhook_disabled`,
 *   `replay_running`
 */
export async function startReplay(sql: Sql, asked: StartReplay, now = Date.now()): Promise<ReplayView> {
  const { accountId, subscriptionId, id, status } = asked;
  const { active } = await ownSubscription(sql, { accountId, id: subscriptionId });
  if (!isId(id)) throw invalidField('/id', 'must be a GUID');
  const before = await find(sql, asked);
  if (before) return viewOf(before);
  const { since, until } = rangeOf(asked, now);
  if (status === 'pending' || status === 'retrying')
    throw invalidField(
      '/status',
      'must be one of delivered, failed, dead, skipped: the others are not over yet',
    );
  if (!active) throw webhookDisabled();
  await forgetOld(sql, subscriptionId);
  await sql(
    // Two ways to meet another one: the same request, and a replay of the same subscription that runs.
    `INSERT INTO replays (id, subscription_id, account_id, since, until, status)
     VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING`,
    [id, subscriptionId, accountId, new Date(since), new Date(until), status],
  );
  const stored = await find(sql, asked);
  if (stored) return viewOf(stored);
  throw await whyNot(sql, asked);
}

/** What is told of replays goes with the log that they were about. */
async function forgetOld(sql: Sql, subscriptionId: string): Promise<void> {
  await sql(
    `DELETE FROM replays WHERE subscription_id = $1 AND created_at < now() - interval '${logDays} days'
        AND state <> 'running'`,
    [subscriptionId],
  );
}

/** The range in ms since the epoch: what is to come is no part of it. */
function rangeOf({ since, until }: StartReplay, now: number): { since: number; until: number } {
  const from = momentOf('/since', since);
  if (from > now) throw invalidField('/since', 'must not be in the future');
  if (from < dayOf(now) - logDays * dayMs)
    throw invalidField('/since', `must be within the last ${logDays} days: the log goes back no further`);
  const to = until === null ? now : momentOf('/until', until);
  if (to <= from) throw invalidField('/until', 'must be after /since');
  return { since: from, until: Math.min(to, now) };
}

async function find(sql: Sql, { id, subscriptionId }: StartReplay): Promise<ReplayRow | undefined> {
  const [row] = await sql<ReplayRow>('SELECT * FROM replays WHERE id = $1 AND subscription_id = $2', [
    id,
    subscriptionId,
  ]);
  return row;
}

/** Trying again may help, so that this answer is not one to be kept under an Idempotency-Key. */
const replayAgainSeconds = 10;

async function whyNot(sql: Sql, { subscriptionId }: StartReplay): Promise<CodedError> {
  const [running] = await sql<ReplayRow>(
    `SELECT * FROM replays WHERE subscription_id = $1 AND state = 'running'`,
    [subscriptionId],
  );
  if (!running) return unknownReplay();
  return new CodedError(
    'replay_running',
    `A replay of this webhook is under way (${running.id}). Wait for its end, or cancel it.`,
    { retryAfter: replayAgainSeconds },
  );
}
