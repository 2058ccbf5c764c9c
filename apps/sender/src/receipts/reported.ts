import { preparedInsert, type Sql } from '@qflow/persistence';
import type { ProviderEvent, ProviderEventsV1 } from '@qflow/contracts';
import { reportDetails } from './report-details.js';
import { happenedAt, usualOrder } from './report-time.js';
import type { AppliedInput } from '../sends/apply-inputs.js';

/** A report, and when it reached us. */
export interface Reported {
  event: ProviderEvent;
  receivedAt: string;
}

const insertReceipts = preparedInsert(
  'receipts',
  {
    id: 'text',
    send_id: 'uuid',
    type: 'text',
    reason: 'text',
    occurred_at: 'timestamptz',
    received_at: 'timestamptz',
    raw: 'jsonb',
  },
  'ON CONFLICT DO NOTHING RETURNING id',
);

/**
 * Stores what the provider reported, in the caller's transaction. Reports about messages that are not ours, about our
 * account, or of kinds we do not know, are kept all the same.
 * @returns those that were never seen before, in the order in which they happened: only these have an effect, however
 *   often and however late the provider repeats itself
 */
export async function storeReports(sql: Sql, batches: readonly ProviderEventsV1[]): Promise<Reported[]> {
  const byId = new Map<string, Reported>();
  for (const { events, receivedAt } of batches)
    for (const event of events) if (!byId.has(event.id)) byId.set(event.id, { event, receivedAt });
  if (byId.size === 0) return [];
  // In one order for all, so that two transactions with the same ids wait for each other instead of deadlocking.
  const rows = [...byId.values()].map(rowOf).sort((a, b) => (a.id < b.id ? -1 : 1));
  const stored = await sql<{ id: string }>(...insertReceipts(rows));
  return stored
    .map(({ id }) => byId.get(id) as Reported)
    .sort(
      (a, b) =>
        Date.parse(a.event.occurredAt) - Date.parse(b.event.occurredAt) ||
        usualOrder(a.event.type) - usualOrder(b.event.type),
    );
}

/** What reports mean for their sends. */
export const inputsOfReports = (reports: readonly Reported[]): AppliedInput[] => reports.flatMap(inputOf);

const rowOf = ({ event, receivedAt }: Reported) => ({
  id: event.id,
  send_id: event.sendId,
  type: event.type,
  reason: event.reason,
  occurred_at: event.occurredAt,
  received_at: receivedAt,
  raw: event.raw,
});

const inputOf = ({ event, receivedAt }: Reported): AppliedInput[] => {
  const { sendId, type, reason, occurredAt } = event;
  if (sendId === null) return [];
  const happened = happenedAt(new Date(occurredAt), new Date(receivedAt)).getTime();
  // Nothing happens after it was reported; a clock that is ahead must not outlast what is said of an address later.
  const at = new Date(Math.min(happened, Date.parse(receivedAt))).toISOString();
  return [{ sendId, input: { is: 'reported', type, reason }, details: { at, ...reportDetails(event) } }];
};
