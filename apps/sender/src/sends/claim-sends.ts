import type { SendRequestedV1 } from '@qflow/contracts';
import { prepared, preparedInsert, writeOutbox, type Sql, type StoredOutboxEntry } from '@qflow/persistence';
import { announcedColumns, announcement, type AnnouncedSend } from './announce.js';
import { applyInputs, writeNotes } from './apply-inputs.js';
import { claim, type ClaimOptions, type Claims } from './claim.js';
import type { Move } from './moving-sends.js';
import { openSends } from './open-sends.js';

const insertQueued = preparedInsert(
  'sends',
  {
    id: 'uuid',
    account_id: 'uuid',
    event_id: 'uuid',
    attendee_id: 'uuid',
    template_id: 'uuid',
    template_version: 'int',
    correlation_id: 'text',
    recipient: 'text',
    created_at: 'timestamptz',
    state: 'text',
  },
  'ON CONFLICT (id) DO NOTHING RETURNING id',
);

/**
 * Takes the requested sends over from the stream: afterwards each is a row here, and the message may be forgotten.
 * The claim is committed *before* the provider is called. Without that, a process that dies between the call and
 * its commit would leave no trace, and the redelivered message would mail the guest twice.
 */
export async function claimRequested(
  sql: Sql,
  requests: readonly SendRequestedV1[],
  options: Omit<ClaimOptions, 'states'>,
): Promise<Claims> {
  const unique = uniqueOf(requests);
  const inserted = await sql<{ id: string }>(...insertQueued(unique.map(rowOf)));
  const fresh = new Set(inserted.map(({ id }) => id));
  await openSends(
    sql,
    unique.filter(({ sendId }) => fresh.has(sendId)).map(({ sendId: id, merge }) => ({ id, merge })),
  );
  const repeated = unique.filter(({ sendId, republished }) => !fresh.has(sendId) && !republished);
  const suppressed = await dropSuppressed(
    sql,
    unique.map(({ sendId }) => sendId),
    options.moves,
  );
  const skipped = await announceSkipped(
    sql,
    repeated.map(({ sendId }) => sendId),
  );
  const { claimed, waiting, entries } = await claim(
    sql,
    unique.map(({ sendId }) => sendId),
    { ...options, states: ['queued'] },
  );
  return { claimed, waiting, entries: [...suppressed, ...skipped, ...entries] };
}

/** In one order for all: two transactions with the same ones then wait for each other instead of deadlocking. */
export const uniqueOf = (requests: readonly SendRequestedV1[]): SendRequestedV1[] =>
  [...new Map(requests.map((request) => [request.sendId, request])).values()].sort((a, b) =>
    a.sendId < b.sendId ? -1 : 1,
  );

const rowOf = (request: SendRequestedV1): object => ({
  id: request.sendId,
  account_id: request.accountId,
  event_id: request.eventId,
  attendee_id: request.attendeeId,
  template_id: request.templateId,
  template_version: request.templateVersion,
  correlation_id: request.correlationId,
  recipient: request.merge.guest.email,
  created_at: request.requestedAt,
  state: 'queued',
});

const selectSuppressed = prepared(
  `SELECT sends.id, suppressions.reason FROM sends
     JOIN suppressions ON suppressions.account_id = sends.account_id AND suppressions.email = lower(sends.recipient)
      AND suppressions.reason IS NOT NULL
    WHERE sends.id = ANY($1::uuid[]) AND sends.state IN ('queued', 'unknown')`,
);

/** An address on the account's suppression list is never handed to the provider; the integrator hears why. */
export async function dropSuppressed(
  sql: Sql,
  ids: readonly string[],
  moves?: Move[],
): Promise<StoredOutboxEntry[]> {
  const hits = await sql<{ id: string; reason: string }>(selectSuppressed, [ids]);
  return applyInputs(
    sql,
    hits.map(({ id, reason }) => ({
      sendId: id,
      input: { is: 'suppressed', error: `the address is on the suppression list (${reason})` },
    })),
    { moves },
  );
}

/** A request that comes again after its e-mail has left is told so, once (webhooks page, `comms.skipped`). */
async function announceSkipped(sql: Sql, ids: readonly string[]): Promise<StoredOutboxEntry[]> {
  if (ids.length === 0) return [];
  const rows = await sql<AnnouncedSend>(
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
