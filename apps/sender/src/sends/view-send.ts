import type { ProviderEventType, SendView, TimelineEntry } from '@qflow/contracts';
import type { Sql } from '@qflow/persistence';
import { happenedAt, usualOrder } from '../receipts/report-time.js';
import type { SendRow } from './send-row.js';

interface AttemptRow {
  attempt: number;
  started_at: Date;
  finished_at: Date;
  outcome: string;
  detail: string | null;
}

interface ReceiptRow {
  type: ProviderEventType;
  reason: string | null;
  occurred_at: Date;
  received_at: Date;
}

/** A send with its whole history, oldest first; null where it is unknown or another account's. */
export async function viewSend(sql: Sql, accountId: string, sendId: string): Promise<SendView | null> {
  const [send] = await sql<SendRow>('SELECT * FROM sends WHERE id = $1 AND account_id = $2', [
    sendId,
    accountId,
  ]);
  if (!send) return null;
  const attempts = await sql<AttemptRow>('SELECT * FROM attempts WHERE send_id = $1 ORDER BY attempt', [
    sendId,
  ]);
  const receipts = await sql<ReceiptRow>(
    'SELECT type, reason, occurred_at, received_at FROM receipts WHERE send_id = $1',
    [sendId],
  );
  return {
    attendeeInvitationId: send.id,
    attendeeId: send.attendee_id,
    templateId: send.template_id,
    templateVersion: send.template_version,
    eventId: send.event_id,
    correlationId: send.correlation_id,
    status: send.state,
    error: send.error,
    attempts: send.attempt,
    created: send.created_at.toISOString(),
    updated: send.updated_at.toISOString(),
    timeline: timelineOf(send, attempts, receipts),
  };
}

function timelineOf(send: SendRow, attempts: AttemptRow[], receipts: ReceiptRow[]): TimelineEntry[] {
  const entries: TimelineEntry[] = [
    { at: send.created_at.toISOString(), source: 'send', what: 'queued', detail: null },
    ...attempts.flatMap((attempt): TimelineEntry[] => [
      {
        at: attempt.started_at.toISOString(),
        source: 'attempt',
        what: 'sending',
        detail: `attempt ${attempt.attempt}`,
      },
      {
        at: attempt.finished_at.toISOString(),
        source: 'attempt',
        what: attempt.outcome,
        detail: attempt.detail,
      },
    ]),
    ...receipts
      .sort((a, b) => usualOrder(a.type) - usualOrder(b.type))
      .map(({ occurred_at, received_at, type, reason }): TimelineEntry => ({
        at: happenedAt(occurred_at, received_at).toISOString(),
        source: 'provider',
        what: type,
        detail: reason,
      })),
  ];
  return entries.sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0));
}
