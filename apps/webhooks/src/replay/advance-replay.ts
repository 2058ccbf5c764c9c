import type { FormatName, RetryRules } from '@qflow/contracts';
import type { Sql } from '@qflow/persistence';
import { replayedIdOf } from '../deliveries/delivery-id.js';
import { policyOf, scheduleMs } from '../dispatch/retry-policy.js';
import { idsBetween } from '../log/id-range.js';
import { inOrder } from '../log/in-log-order.js';
import type { LogRow } from '../log/log-row.js';
import { repeatDeliveries } from './repeat-deliveries.js';
import type { ReplayRow } from './replay-row.js';

/** Deliveries looked at, and made at the most, in one transaction. */
export const chunk = 500;

/**
 * What a subscription may have waiting in all before its replay stops to add to it: an endpoint that refuses what is
 * replayed to it gets the rest when it takes it again, instead of a retry schedule for each of a million.
 */
const mostWaiting = 20 * chunk;

type RunningReplay = ReplayRow &
  // Null where the subscription is deleted.
  ({ active: boolean; format: FormatName; retry: RetryRules } | { active: null; format: null; retry: null });

type Seen = Pick<LogRow, 'id' | 'origin' | 'status' | 'recovered_at'>;

/** How a replay stands after a step. */
export interface Step {
  /** `more`: there may be more to make at once. `waits`: for room, or for another replica. */
  is: 'more' | 'waits' | 'done' | 'cancelled';
  /** Deliveries made by the replay so far. */
  deliveries: number;
}

/**
 * Takes a replay one chunk further, in the caller's transaction (see `inLogOrder`): its new deliveries and its position
 * are committed together, so whoever goes on after a crash makes none of them twice. It adds to what waits for the
 * endpoint only while that is less than a chunk, so that a replay of a million costs what one of a thousand does.
 */
export async function advanceReplay(sql: Sql, id: string): Promise<Step> {
  const [replay] = await sql<RunningReplay>(
    `SELECT replays.*, subscriptions.active, subscriptions.format, subscriptions.retry
       FROM replays LEFT JOIN subscriptions
         ON subscriptions.id = replays.subscription_id AND subscriptions.deleted_at IS NULL
      WHERE replays.id = $1 AND replays.state = 'running' FOR UPDATE OF replays SKIP LOCKED`,
    [id],
  );
  if (!replay) return { is: 'waits', deliveries: 0 };
  if (!replay.active) return finish(sql, replay, 'cancelled');
  if (!(await hasRoom(sql, replay.subscription_id))) return { is: 'waits', deliveries: replay.deliveries };
  const seen = await sql<Seen>(...nextOf(replay));
  const deliveries =
    replay.deliveries +
    (await repeatDeliveries(sql, repeatsOf(replay, seen), {
      subscriptionId: replay.subscription_id,
      paced: true,
      expiresMs: scheduleMs(policyOf(replay.format, replay.retry)),
    }));
  const last = seen.at(-1);
  if (last)
    await sql('UPDATE replays SET position = $2, deliveries = $3 WHERE id = $1', [id, last.id, deliveries]);
  if (seen.length < chunk) return finish(sql, { ...replay, deliveries }, 'done');
  return { is: 'more', deliveries };
}

async function finish(sql: Sql, { id, deliveries }: ReplayRow, state: 'done' | 'cancelled'): Promise<Step> {
  await sql('UPDATE replays SET state = $2, finished_at = now() WHERE id = $1', [id, state]);
  return { is: state, deliveries };
}

/** What has failed and waits for a retry of its own, later, is no reason to hold the rest back; a lot of it is. */
async function hasRoom(sql: Sql, subscriptionId: string): Promise<boolean> {
  const [waiting] = await sql<{ due: number; all: number }>(
    `SELECT (SELECT count(*)::int FROM (
               SELECT FROM waiting WHERE subscription_id = $1 AND paced AND due_at <= now() LIMIT ${chunk}) AS due)
              AS due,
            (SELECT count(*)::int FROM (SELECT FROM waiting WHERE subscription_id = $1 LIMIT ${mostWaiting}) AS waits)
              AS all`,
    [subscriptionId],
  );
  return waiting !== undefined && waiting.due < chunk && waiting.all < mostWaiting;
}

function nextOf(replay: RunningReplay): [text: string, parameters: unknown[]] {
  const range = idsBetween(replay.since.getTime(), replay.until.getTime());
  return inOrder(
    {
      subscriptionId: replay.subscription_id,
      status: replay.status,
      type: null,
      range: { ...range, after: replay.position ?? range.after },
    },
    { columns: 'id, origin, status, recovered_at', order: 'ASC', limit: chunk },
  );
}

/** Events' own deliveries that are over. Asked for by status, only what no earlier replay has brought. */
const repeatsOf = (replay: RunningReplay, seen: readonly Seen[]) =>
  seen
    .filter(
      ({ origin, status, recovered_at }) =>
        origin === 'event' &&
        status !== 'pending' &&
        status !== 'retrying' &&
        (replay.status === null || recovered_at === null),
    )
    .map(({ id }) => ({ id, newId: replayedIdOf(replay.id, id, replay.created_at.getTime()) }));
