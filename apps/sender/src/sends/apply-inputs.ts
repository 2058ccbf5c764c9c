import type { OutboxEntry, Sql } from '@qflow/persistence';
import { columnArrays, insertRows, unnest } from '@qflow/persistence';
import { changeStandings, type SaidOfSend } from '../suppressions/change-standings.js';
import { announcedColumns, announcement, type AnnouncedSend, type EventDetails } from './announce.js';
import type { HandedOver } from './handed-over.js';
import type { Move } from './moving-sends.js';
import { advance, type SendFacts, type SendInput } from './send-machine.js';
import type { SendRow } from './send-row.js';

/** Something that happened to a send. */
export interface AppliedInput {
  sendId: string;
  input: SendInput;
  /** After which a send that has to wait is due again, ms: by the database's clock, which decides what is due. */
  dueInMs?: number;
  /** Of an attempt that got as far as the provider: what of the e-mail is to be told from now on. */
  handedOver?: HandedOver | null;
  /** For the customer event: when the provider says it happened, and its details. */
  details?: EventDetails;
}

/** `now`: the database's. */
type LockedSend = AnnouncedSend & Pick<SendRow, 'due_at'> & SendFacts & { now: Date };

interface Changes {
  entries: OutboxEntry[];
  notes: { send_id: string; what: string; detail: string | null }[];
  said: SaidOfSend[];
}

/**
 * Moves sends through the state machine in the caller's transaction: one read that locks, one write, whatever the
 * number of inputs. Answers the customer events to put into the outbox. Inputs for unknown sends are ignored.
 * @param moves gets those that come into another state, where somebody wants to know them
 */
export async function applyInputs(
  sql: Sql,
  inputs: readonly AppliedInput[],
  moves?: Move[],
): Promise<OutboxEntry[]> {
  if (inputs.length === 0) return [];
  // Ordered, so that two transactions that share sends lock them in the same order and never deadlock.
  const rows = await sql<LockedSend>(
    `SELECT ${announcedColumns.join(', ')}, state, announced, unsubscribed, error, ended_at, attempt, due_at, now() AS now
       FROM sends WHERE id = ANY($1::uuid[]) ORDER BY id FOR UPDATE`,
    [[...new Set(inputs.map(({ sendId }) => sendId))]],
  );
  const sends = new Map(rows.map((row) => [row.id, row]));
  const changes: Changes = { entries: [], notes: [], said: [] };
  const changed = new Set<LockedSend>();
  for (const input of inputs) {
    const send = sends.get(input.sendId);
    if (!send) continue;
    const from = send.state;
    if (applyOne(send, input, changes)) changed.add(send);
    if (send.state !== from) moves?.push({ sendId: send.id, input: input.input, from, to: send.state });
  }
  await writeSends(sql, [...changed]);
  await writeNotes(sql, changes.notes);
  return [...changes.entries, ...(await changeStandings(sql, changes.said))];
}

/** @returns whether the row has to be written */
function applyOne(send: LockedSend, applied: AppliedInput, changes: Changes): boolean {
  const { input, dueInMs, details } = applied;
  const learned = learn(send, applied.handedOver ?? null);
  const at = details?.at === undefined ? new Date() : new Date(details.at);
  const { facts, announce, says } = advance(send, input, at);
  for (const { type, error } of announce)
    changes.entries.push(announcement(send, { type, error, ...details }));
  if (says) changes.said.push({ send, is: says, at });
  if (facts === (send as SendFacts)) return learned;
  if (input.is === 'suppressed' || input.is === 'expired')
    changes.notes.push({ send_id: send.id, what: facts.state, detail: facts.error });
  Object.assign(send, facts);
  const waits = dueInMs !== undefined && (facts.state === 'queued' || facts.state === 'unknown');
  send.due_at = waits ? new Date(send.now.getTime() + dueInMs) : null;
  return true;
}

/** Also where the state stays: a report may have been faster than the answer to the request. */
function learn(send: LockedSend, handedOver: HandedOver | null): boolean {
  if (handedOver === null) return false;
  const columns = Object.keys(handedOver) as (keyof HandedOver)[];
  const isNew = columns.some((column) => send[column] !== handedOver[column]);
  Object.assign(send, handedOver);
  return isNew;
}

const changedColumns = {
  id: 'uuid',
  state: 'text',
  announced: 'boolean',
  unsubscribed: 'boolean',
  error: 'text',
  ended_at: 'timestamptz',
  due_at: 'timestamptz',
  subject: 'text',
  from_address: 'text',
  provider_message_id: 'text',
};

async function writeSends(sql: Sql, sends: readonly LockedSend[]): Promise<void> {
  if (sends.length === 0) return;
  await sql(
    `UPDATE sends SET state = new.state, announced = new.announced, unsubscribed = new.unsubscribed,
            error = new.error, ended_at = new.ended_at, due_at = new.due_at,
            subject = new.subject, from_address = new.from_address, provider_message_id = new.provider_message_id,
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
