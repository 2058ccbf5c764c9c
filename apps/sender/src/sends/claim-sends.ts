import type { SendRequestedV1 } from '@qflow/contracts';
import { insertRows, writeOutbox, type Sql, type StoredOutboxEntry } from '@qflow/persistence';
import { announcedColumns, announcement } from './announce.js';
import { applyInputs, writeNotes } from './apply-inputs.js';
import type { SendRow } from './send-row.js';

/** A send that this process, and no other, may hand to the provider now. */
export interface ClaimedSend extends SendRow {
  /** When the claim lapses, ms since the epoch: nothing is begun on a claim that is about to. */
  claimedUntil: number;
}

const columns = {
  id: 'uuid',
  account_id: 'uuid',
  event_id: 'uuid',
  attendee_id: 'uuid',
  template_id: 'uuid',
  template_version: 'int',
  correlation_id: 'text',
  recipient: 'text',
  merge: 'jsonb',
  created_at: 'timestamptz',
};

export interface Claims {
  claimed: ClaimedSend[];
  entries: StoredOutboxEntry[];
}

/**
 * Takes the requested sends over from the stream: afterwards each is a row here, and the message may be forgotten.
 * The claim is committed *before* the provider is called. Without that, a process that dies between the call and
 * its commit would leave no trace, and the redelivered message would mail the guest twice.
 */
export async function claimRequested(
  sql: Sql,
  requests: readonly SendRequestedV1[],
  claimMs: number,
): Promise<Claims> {
  const unique = [...new Map(requests.map((request) => [request.sendId, request])).values()];
  const inserted = await sql<{ id: string }>(
    ...insertRows(
      'sends',
      { ...columns, state: 'text' },
      unique.map(rowOf),
      'ON CONFLICT (id) DO NOTHING RETURNING id',
    ),
  );
  const known = new Set(inserted.map(({ id }) => id));
  const repeated = unique.filter(({ sendId }) => !known.has(sendId));
  const suppressed = await dropSuppressed(
    sql,
    unique.map(({ sendId }) => sendId),
  );
  const skipped = await announceSkipped(
    sql,
    repeated.map(({ sendId }) => sendId),
  );
  const claimed = await claim(
    sql,
    unique.map(({ sendId }) => sendId),
    { claimMs, states: ['queued'] },
  );
  return { claimed, entries: [...suppressed, ...skipped] };
}

const rowOf = (request: SendRequestedV1): object => ({
  id: request.sendId,
  account_id: request.accountId,
  event_id: request.eventId,
  attendee_id: request.attendeeId,
  template_id: request.templateId,
  template_version: request.templateVersion,
  correlation_id: request.correlationId,
  recipient: request.merge.guest.email,
  merge: request.merge,
  created_at: request.requestedAt,
  state: 'queued',
});

export interface ClaimOptions {
  claimMs: number;
  /** `unknown` ones only where nothing that may settle the question is still on its way to us. */
  states: ('queued' | 'unknown')[];
}

/** Claims those of the given sends that wait and are due. */
export const claim = async (
  sql: Sql,
  ids: readonly string[],
  { claimMs, states }: ClaimOptions,
): Promise<ClaimedSend[]> => {
  if (ids.length === 0) return [];
  const rows = await sql<SendRow>(
    `UPDATE sends SET state = 'sending', attempt = attempt + 1, error = NULL, updated_at = now(),
            due_at = now() + $2 * interval '1 millisecond'
      WHERE id = ANY($1::uuid[]) AND state = ANY($3::text[]) AND (due_at IS NULL OR due_at <= now())
      RETURNING *`,
    [ids, claimMs, states],
  );
  const claimedUntil = Date.now() + claimMs;
  return rows.map((row) => ({ ...row, claimedUntil }));
};

/** An address on the account's suppression list is never handed to the provider; the integrator hears why. */
export async function dropSuppressed(sql: Sql, ids: readonly string[]): Promise<StoredOutboxEntry[]> {
  const hits = await sql<{ id: string; reason: string }>(
    `SELECT sends.id, suppressions.reason FROM sends
       JOIN suppressions ON suppressions.account_id = sends.account_id AND suppressions.email = lower(sends.recipient)
        AND suppressions.lifted_at IS NULL
      WHERE sends.id = ANY($1::uuid[]) AND sends.state IN ('queued', 'unknown')`,
    [ids],
  );
  return writeOutbox(
    sql,
    await applyInputs(
      sql,
      hits.map(({ id, reason }) => ({
        sendId: id,
        input: { is: 'suppressed', error: `the address is on the suppression list (${reason})` },
      })),
    ),
  );
}

/** A request that comes again after its e-mail has left is told so, once (webhooks page, `comms.skipped`). */
async function announceSkipped(sql: Sql, ids: readonly string[]): Promise<StoredOutboxEntry[]> {
  if (ids.length === 0) return [];
  const rows = await sql<SendRow>(
    `UPDATE sends SET skipped = true WHERE id = ANY($1::uuid[]) AND announced AND NOT skipped
     RETURNING ${announcedColumns.join(', ')}`,
    [ids],
  );
  await writeNotes(
    sql,
    rows.map(({ id }) => ({ send_id: id, what: 'skipped', detail: 'asked for again after it was sent' })),
  );
  return writeOutbox(
    sql,
    rows.map((row) => announcement(row, { type: 'comms.skipped', error: null })),
  );
}

/** Gives claimed sends that were not begun back: nothing has left, so they are simply queued again. */
export async function releaseClaims(sql: Sql, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return;
  await sql(
    `UPDATE sends SET state = 'queued', attempt = attempt - 1, due_at = now(), updated_at = now()
      WHERE id = ANY($1::uuid[]) AND state = 'sending'`,
    [ids],
  );
}
