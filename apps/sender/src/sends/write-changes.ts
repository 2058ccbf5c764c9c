import {
  columnArrays,
  outboxValues,
  prepared,
  storedAs,
  unnest,
  writeOutbox,
  type OutboxEntry,
  type Sql,
  type StoredOutboxEntry,
} from '@qflow/persistence';
import type { AnnouncedSend } from './announce.js';
import type { SendFacts } from './send-machine.js';

/** A row of `attempts`. */
export interface AttemptRow {
  send_id: string;
  attempt: number;
  started_at: Date;
  finished_at: Date;
  outcome: string;
  detail: string | null;
  provider_message_id: string | null;
  /** Null where it did not come to handing over. */
  provider: string | null;
}

/** What becomes of sends that the transaction has locked. */
export interface Changes {
  changed: readonly (Pick<AnnouncedSend, 'id' | 'subject' | 'from_address' | 'provider_message_id'> &
    SendFacts)[];
  /** Those that nothing is to be done for any more: what the template shows goes with their row of `open_sends`. */
  closed: readonly string[];
  attempts: readonly AttemptRow[];
  entries: readonly OutboxEntry[];
}

const changedColumns = {
  id: 'uuid',
  state: 'text',
  announced: 'boolean',
  unsubscribed: 'boolean',
  error: 'text',
  ended_at: 'timestamptz',
  subject: 'text',
  from_address: 'text',
  provider_message_id: 'text',
};
const attemptColumns = {
  send_id: 'uuid',
  attempt: 'int',
  started_at: 'timestamptz',
  finished_at: 'timestamptz',
  outcome: 'text',
  detail: 'text',
  provider_message_id: 'text',
  provider: 'text',
};
const closedAt = Object.keys(changedColumns).length + 1;
const attemptsAt = closedAt + 1;
const outboxAt = attemptsAt + Object.keys(attemptColumns).length;

const write = prepared(
  `WITH changed AS (
     UPDATE sends SET state = new.state, announced = new.announced, unsubscribed = new.unsubscribed,
            error = new.error, ended_at = new.ended_at, subject = new.subject, from_address = new.from_address,
            provider_message_id = new.provider_message_id, updated_at = now()
       FROM ${unnest(changedColumns)} AS new (${Object.keys(changedColumns).join(', ')}) WHERE sends.id = new.id),
   closed AS (DELETE FROM open_sends WHERE send_id = ANY($${closedAt}::uuid[])),
   tried AS (
     INSERT INTO attempts (${Object.keys(attemptColumns).join(', ')})
     SELECT * FROM ${unnest(attemptColumns, attemptsAt)}
     -- An attempt whose claim lapsed already has a row that says "unknown"; what really happened is better.
     ON CONFLICT (send_id, attempt) DO UPDATE SET finished_at = EXCLUDED.finished_at, outcome = EXCLUDED.outcome,
        detail = EXCLUDED.detail, provider_message_id = EXCLUDED.provider_message_id, provider = EXCLUDED.provider)
   INSERT INTO outbox (message_count, envelopes, bodies)
   SELECT $${outboxAt}::int, $${outboxAt + 1}::json, $${outboxAt + 2}::text WHERE $${outboxAt}::int > 0 RETURNING id`,
);

/** More messages than this go into rows of their own. */
const mostEntries = 300;

/** Writes all of it in one statement: at a few rows each, what a statement costs is its way to the server and back. */
export async function writeChanges(
  sql: Sql,
  { changed, closed, attempts, entries }: Changes,
): Promise<StoredOutboxEntry[]> {
  if (changed.length + closed.length + attempts.length + entries.length === 0) return [];
  const apart = entries.length > mostEntries;
  const [row] = await sql<{ id: string }>(write, [
    ...columnArrays(changedColumns, changed),
    closed,
    ...columnArrays(attemptColumns, attempts),
    ...outboxValues(apart ? [] : entries),
  ]);
  return row ? storedAs(row.id, entries) : writeOutbox(sql, entries);
}
