import type { Sql } from '../sql.js';
import { prepared } from '../statements/prepared.js';
import { inRows, pack } from './outbox-row.js';

/** A message that must be published if, and only if, the surrounding transaction commits. */
export interface OutboxEntry {
  subject: string;
  /** `Nats-Msg-Id`: makes a repeated publish harmless inside the stream's duplicate window. */
  msgId: string;
  /** JSON, serialised once. */
  body: string;
  /** Request and correlation ids for the logs of whoever handles it. */
  headers: Record<string, string>;
}

/** Messages that were written together, and are deleted together. */
export interface OutboxRow {
  id: string;
  entries: readonly OutboxEntry[];
}

export interface StoredOutboxEntry extends OutboxEntry {
  row: OutboxRow;
}

/** DDL for a service's first migration; {@link packOutboxRows} comes after it. */
export const createOutboxTable = `
  CREATE TABLE outbox (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    subject text NOT NULL,
    msg_id text NOT NULL,
    body text NOT NULL,
    headers jsonb NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now()
  ) WITH (autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 5000)`;

/**
 * DDL for a later migration: a row holds all messages of a transaction. Rows of the former shape, one message each, stay and
 * are published as they are; replicas of the version before may go on to write them, and leave the new ones alone.
 * Compressing what lives for milliseconds costs more than writing it.
 */
export const packOutboxRows = `
  ALTER TABLE outbox
    ALTER subject DROP NOT NULL,
    ALTER msg_id DROP NOT NULL,
    ALTER body DROP NOT NULL,
    ALTER headers DROP NOT NULL,
    ADD message_count int NOT NULL DEFAULT 1,
    ADD envelopes json,
    ADD bodies text;
  ALTER TABLE outbox ALTER envelopes SET STORAGE EXTERNAL, ALTER bodies SET STORAGE EXTERNAL`;

const insertRow = prepared(
  'INSERT INTO outbox (message_count, envelopes, bodies) VALUES ($1, $2, $3) RETURNING id',
);

/**
 * Writes entries in the caller's transaction. Hand the result to {@link OutboxRelay.publish} after the commit;
 * if the process dies in between, the relay's sweep finds them.
 */
export async function writeOutbox(sql: Sql, entries: readonly OutboxEntry[]): Promise<StoredOutboxEntry[]> {
  const stored: StoredOutboxEntry[] = [];
  for (const together of inRows(entries)) {
    const [row] = await sql<{ id: string }>(insertRow, outboxValues(together));
    stored.push(...storedAs(row?.id as string, together));
  }
  return stored;
}

/**
 * The columns `message_count int`, `envelopes json` and `bodies text` of a row, for a statement that writes it beside
 * other things. No more than some hundred entries, or what is refused costs much.
 */
export function outboxValues(entries: readonly OutboxEntry[]): [number, string, string] {
  const { message_count, envelopes, bodies } = pack(entries);
  return [message_count, envelopes, bodies];
}

/** What to hand to the relay when the row of these entries is committed, which got this id. */
export function storedAs(id: string, entries: readonly OutboxEntry[]): StoredOutboxEntry[] {
  const row: OutboxRow = { id, entries };
  return entries.map(({ subject, msgId, body, headers }) => ({ subject, msgId, body, headers, row }));
}
