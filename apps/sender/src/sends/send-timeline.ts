import type { ProviderEventType, TimelineEntry } from '@qflow/contracts';
import { fitting } from '@qflow/messaging';
import type { Sql } from '@qflow/persistence';
import { choicesOf } from '../choices/choice-timeline.js';
import { happenedAt, usualOrder } from '../receipts/report-time.js';
import type { SendRow } from './send-row.js';

/** Reports one timeline holds: an e-mail can be opened without end. */
const maxReports = 500;
/** Characters of one detail: a link or an answer of a mail server can be long, and the whole has to fit into a message. */
const maxDetail = 500;

interface AttemptRow {
  attempt: number;
  started_at: Date;
  finished_at: Date;
  outcome: string;
  detail: string | null;
  provider: string | null;
}

interface ReceiptRow {
  type: ProviderEventType;
  reason: string | null;
  url: string | null;
  occurred_at: Date;
  received_at: Date;
}

interface NoteRow {
  at: Date;
  what: string;
  detail: string | null;
}

/** What happened to a send here, oldest first: everything, but for opens and clicks beyond the first {@link maxReports} reports. */
export async function sendTimeline(
  sql: Sql,
  send: Pick<SendRow, 'id' | 'created_at'>,
): Promise<TimelineEntry[]> {
  const attempts = await sql<AttemptRow>('SELECT * FROM attempts WHERE send_id = $1 ORDER BY attempt', [
    send.id,
  ]);
  const receipts = await sql<ReceiptRow>(
    `SELECT type, reason, raw->>'url' AS url, occurred_at, received_at FROM receipts
      WHERE send_id = $1 ORDER BY type IN ('opened', 'clicked'), occurred_at LIMIT ${maxReports}`,
    [send.id],
  );
  const notes = await sql<NoteRow>('SELECT at, what, detail FROM send_notes WHERE send_id = $1', [send.id]);
  const choices = await choicesOf(sql, send.id);
  const entries = [
    entry(send.created_at, 'send', 'queued', null),
    ...attempts.flatMap(entriesOfAttempt),
    ...receipts.sort((a, b) => usualOrder(a.type) - usualOrder(b.type)).map(entryOfReceipt),
    ...notes.map(({ at, what, detail }) => entry(at, 'send', what, detail)),
    ...choices.map(({ at, what, detail }) => entry(at, 'recipient', what, detail)),
  ];
  return fitting(entries.sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0)));
}

const entry = (
  at: Date,
  source: TimelineEntry['source'],
  what: string,
  detail: string | null,
): TimelineEntry => ({ at: at.toISOString(), source, what, detail: detail && shortened(detail) });

const shortened = (text: string): string =>
  // Not in the middle of a character: half of one is no text.
  text.length > maxDetail ? `${text.slice(0, maxDetail - 1).replace(/[\ud800-\udbff]$/, '')}…` : text;

const entriesOfAttempt = (row: AttemptRow): TimelineEntry[] => [
  entry(
    row.started_at,
    'attempt',
    'sending',
    `attempt ${row.attempt}${row.provider ? `, through ${row.provider}` : ''}`,
  ),
  entry(row.finished_at, 'attempt', row.outcome, row.detail),
];

const entryOfReceipt = ({ type, reason, url, occurred_at, received_at }: ReceiptRow): TimelineEntry =>
  entry(happenedAt(occurred_at, received_at), 'provider', type, reason ?? url);
