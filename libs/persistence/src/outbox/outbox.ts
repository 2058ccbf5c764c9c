import { insertRows } from '../insert-rows.js';
import type { Sql } from '../sql.js';

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

export interface StoredOutboxEntry extends OutboxEntry {
  id: string;
}

/** DDL for a service's first migration. */
export const createOutboxTable = `
  CREATE TABLE outbox (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    subject text NOT NULL,
    msg_id text NOT NULL,
    body text NOT NULL,
    headers jsonb NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now()
  ) WITH (autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 5000)`;

const columns = { subject: 'text', msg_id: 'text', body: 'text', headers: 'jsonb' };

/**
 * Writes entries in the caller's transaction. Hand the result to {@link OutboxRelay.publish} after the commit;
 * if the process dies in between, the relay's sweep finds them.
 */
export async function writeOutbox(sql: Sql, entries: readonly OutboxEntry[]): Promise<StoredOutboxEntry[]> {
  if (entries.length === 0) return [];
  const rows = entries.map(({ subject, msgId, body, headers }) => ({
    subject,
    msg_id: msgId,
    body,
    headers,
  }));
  const stored = await sql<{ id: string; msg_id: string }>(
    ...insertRows('outbox', columns, rows, 'RETURNING id, msg_id'),
  );
  const idOf = new Map(stored.map(({ id, msg_id }) => [msg_id, id]));
  return entries.map((entry) => ({ ...entry, id: idOf.get(entry.msgId) as string }));
}
