import { columnArrays, prepared, unnest, type Sql } from '@qflow/persistence';
import { waiting } from '../provider/routing.js';
import { writeNotes } from './apply-inputs.js';
import { postponeSends } from './open-sends.js';

/** Whether an attempt may have left the e-mail with a provider: then the send goes nowhere else, for ever. */
export const isBound = `EXISTS (
  SELECT FROM attempts WHERE attempts.send_id = sends.id AND attempts.outcome = 'unknown')`;

/** A send that has to wait because its provider takes no e-mail now. */
export interface WaitingSend {
  id: string;
  /** By the database's clock, like all that is due: another one that is behind would have it looked at on and on. */
  waitMs: number;
  /** For whoever looks at the send. */
  error: string;
  /** What stood there before: the timeline tells of a wait once, however often it is prolonged. */
  earlierError: string | null;
}

const errorColumns = { id: 'uuid', error: 'text' };
const setErrors = prepared(
  `UPDATE sends SET error = new.error, updated_at = now()
     FROM ${unnest(errorColumns)} AS new (id, error) WHERE sends.id = new.id`,
);

/** Lets sends that the caller's transaction has locked wait in the state they are in; no attempt is used up. */
export async function letWait(sql: Sql, sends: readonly WaitingSend[]): Promise<void> {
  if (sends.length === 0) return;
  await sql(setErrors, columnArrays(errorColumns, sends));
  await postponeSends(sql, sends);
  await noteWaits(
    sql,
    sends.filter(({ earlierError }) => !earlierError?.startsWith(waiting)),
  );
}

const noteWaits = (sql: Sql, sends: readonly { id: string; error: string }[]): Promise<void> =>
  writeNotes(
    sql,
    sends.map(({ id, error }) => ({ send_id: id, what: 'waiting', detail: error })),
  );

/** A claimed send that was not begun. */
export interface ReturnedSend {
  id: string;
  attempt: number;
  /**
   * When the claim would have lapsed. It tells this claim from the next one, which has the same attempt: where giving
   * back is repeated because nobody knows whether it was committed, that one may be under way already.
   */
  claimedUntil: Date;
  waitMs: number;
  /** Where it has to wait for its provider; null: it is free to go at once. */
  error: string | null;
}

const returnColumns = { id: 'uuid', attempt: 'int', claimed_until: 'timestamptz' };

const lockOurs = prepared(
  `SELECT sends.id FROM ${unnest(returnColumns)} AS ours (id, attempt, claimed_until)
     JOIN sends ON sends.id = ours.id JOIN open_sends ON open_sends.send_id = ours.id
    WHERE sends.state = 'sending' AND sends.attempt = ours.attempt AND open_sends.due_at = ours.claimed_until
    ORDER BY sends.id FOR UPDATE OF sends, open_sends`,
);

const giveBack = prepared(
  `UPDATE sends SET state = CASE WHEN EXISTS (
            SELECT FROM attempts WHERE attempts.send_id = sends.id AND attempts.attempt = sends.attempt - 1
               AND attempts.outcome = 'unknown') THEN 'unknown' ELSE 'queued' END,
          attempt = sends.attempt - 1, provider = CASE WHEN ${isBound} THEN provider END,
          error = new.error, updated_at = now()
     FROM ${unnest(errorColumns)} AS new (id, error) WHERE sends.id = new.id`,
);

/**
 * Gives claimed sends that were not begun back: nothing has left, so the attempt is as if it had never been, and those
 * whose outcome was unknown before are so again.
 */
export async function returnClaims(sql: Sql, sends: readonly ReturnedSend[]): Promise<void> {
  const rows = sends.map(({ id, attempt, claimedUntil }) => ({ id, attempt, claimed_until: claimedUntil }));
  const locked = await sql<{ id: string }>(lockOurs, columnArrays(returnColumns, rows));
  const ids = new Set(locked.map(({ id }) => id));
  const returned = sends.filter(({ id }) => ids.has(id));
  await sql(giveBack, columnArrays(errorColumns, returned));
  await postponeSends(sql, returned);
  await noteWaits(
    sql,
    returned.flatMap(({ id, error }) => (error !== null ? [{ id, error }] : [])),
  );
}

/** Sets sends free that go on waiting after an attempt of which their provider has nothing. */
export async function unbind(sql: Sql, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return;
  await sql(
    `UPDATE sends SET provider = NULL
      WHERE id = ANY($1::uuid[]) AND state = 'queued' AND provider IS NOT NULL AND NOT ${isBound}`,
    [ids],
  );
}
