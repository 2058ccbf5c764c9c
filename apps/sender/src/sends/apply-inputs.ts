import type { OutboxEntry, Sql } from '@qflow/persistence';
import { columnArrays, insertRows, unnest } from '@qflow/persistence';
import { announcement, type Announcement } from './announce.js';
import { advance, type SendFacts, type SendInput, type SuppressionReason } from './send-machine.js';
import type { SendRow } from './send-row.js';

/** Something that happened to a send. */
export interface AppliedInput {
  sendId: string;
  input: SendInput;
  /** When a send that has to wait is due again. */
  dueAt?: Date | null;
  /** For the customer event: when the provider says it happened, and its details. */
  details?: Pick<Announcement, 'at' | 'machine' | 'url'>;
}

type LockedSend = Pick<
  SendRow,
  'id' | 'account_id' | 'attendee_id' | 'template_id' | 'correlation_id' | 'recipient' | 'due_at'
> &
  SendFacts;

interface Changes {
  entries: OutboxEntry[];
  notes: { send_id: string; what: string; detail: string | null }[];
  suppressions: Map<
    string,
    { account_id: string; email: string; reason: SuppressionReason; send_id: string }
  >;
}

/**
 * Moves sends through the state machine in the caller's transaction: one read that locks, one write, whatever the
 * number of inputs. Answers the customer events to put into the outbox. Inputs for unknown sends are ignored.
 */
export async function applyInputs(sql: Sql, inputs: readonly AppliedInput[]): Promise<OutboxEntry[]> {
  if (inputs.length === 0) return [];
  // Ordered, so that two transactions that share sends lock them in the same order and never deadlock.
  const rows = await sql<LockedSend>(
    `SELECT id, account_id, attendee_id, template_id, correlation_id, recipient, state, announced, error, attempt, due_at
       FROM sends WHERE id = ANY($1::uuid[]) ORDER BY id FOR UPDATE`,
    [[...new Set(inputs.map(({ sendId }) => sendId))]],
  );
  const sends = new Map(rows.map((row) => [row.id, row]));
  const changes: Changes = { entries: [], notes: [], suppressions: new Map() };
  const changed = new Set<LockedSend>();
  for (const input of inputs) {
    const send = sends.get(input.sendId);
    if (send && applyOne(send, input, changes)) changed.add(send);
  }
  await writeSends(sql, [...changed]);
  await writeNotes(sql, changes.notes);
  await writeSuppressions(sql, inOrder(changes.suppressions));
  return changes.entries;
}

/** @returns whether the row has to be written */
function applyOne(send: LockedSend, { input, dueAt, details }: AppliedInput, changes: Changes): boolean {
  const { facts, announce, suppress } = advance(send, input);
  for (const { type, error } of announce)
    changes.entries.push(announcement(send, { type, error, ...details }));
  if (suppress) {
    const email = send.recipient.toLowerCase();
    changes.suppressions.set(`${send.account_id} ${email}`, {
      account_id: send.account_id,
      email,
      reason: suppress,
      send_id: send.id,
    });
  }
  if (facts === (send as SendFacts)) return false;
  if (input.is === 'suppressed' || input.is === 'expired')
    changes.notes.push({ send_id: send.id, what: facts.state, detail: facts.error });
  Object.assign(send, facts);
  send.due_at = facts.state === 'queued' || facts.state === 'unknown' ? (dueAt ?? null) : null;
  return true;
}

const changedColumns = {
  id: 'uuid',
  state: 'text',
  announced: 'boolean',
  error: 'text',
  due_at: 'timestamptz',
};

async function writeSends(sql: Sql, sends: readonly LockedSend[]): Promise<void> {
  if (sends.length === 0) return;
  await sql(
    `UPDATE sends SET state = new.state, announced = new.announced, error = new.error, due_at = new.due_at,
            -- The personal data has served its purpose once nothing can be rendered any more.
            merge = CASE WHEN new.state IN ('queued', 'sending', 'unknown') THEN merge END, updated_at = now()
       FROM ${unnest(changedColumns)} AS new (${Object.keys(changedColumns).join(', ')})
      WHERE sends.id = new.id`,
    columnArrays(changedColumns, sends),
  );
}

const noteColumns = { send_id: 'uuid', what: 'text', detail: 'text' };

/** What belongs into the timeline of sends beyond their attempts and reports. */
export async function writeNotes(sql: Sql, notes: readonly object[]): Promise<void> {
  if (notes.length > 0) await sql(...insertRows('send_notes', noteColumns, notes));
}

const suppressionColumns = { account_id: 'uuid', email: 'text', reason: 'text', send_id: 'uuid' };

/** In one order for all, so that two transactions with the same addresses wait for each other. */
const inOrder = <T>(byKey: ReadonlyMap<string, T>): T[] =>
  [...byKey].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, value]) => value);

async function writeSuppressions(sql: Sql, suppressions: readonly object[]): Promise<void> {
  if (suppressions.length === 0) return;
  // The first reason stays; after the account has lifted it, a new one counts again.
  const again =
    'ON CONFLICT (account_id, email) DO UPDATE SET reason = EXCLUDED.reason, send_id = EXCLUDED.send_id,' +
    ' created_at = now(), lifted_at = NULL WHERE suppressions.lifted_at IS NOT NULL';
  await sql(...insertRows('suppressions', suppressionColumns, suppressions, again));
}
