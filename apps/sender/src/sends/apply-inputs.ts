import {
  prepared,
  preparedInsert,
  type OutboxEntry,
  type Sql,
  type StoredOutboxEntry,
} from '@qflow/persistence';
import { changeStandings, type SaidOfSend } from '../suppressions/change-standings.js';
import { announcedColumns, announcement, type AnnouncedSend, type EventDetails } from './announce.js';
import type { HandedOver } from './handed-over.js';
import type { Move } from './moving-sends.js';
import { postponeSends } from './open-sends.js';
import { advance, isOpen, type SendFacts, type SendInput } from './send-machine.js';
import { writeChanges, type AttemptRow } from './write-changes.js';

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

type LockedSend = AnnouncedSend & SendFacts;

// Ordered, so that two transactions that share sends lock them in the same order and never deadlock.
const lockSends = prepared(
  `SELECT ${announcedColumns.join(', ')}, state, announced, unsubscribed, error, ended_at, attempt
     FROM sends WHERE id = ANY($1::uuid[]) ORDER BY id FOR UPDATE`,
);

/** What inputs lead to, beside the changed rows. */
interface Effects {
  closed: string[];
  waits: { id: string; waitMs: number }[];
  entries: OutboxEntry[];
  notes: { send_id: string; what: string; detail: string | null }[];
  said: SaidOfSend[];
}

export interface ApplyOptions {
  /** Gets those that come into another state, where somebody wants to know them. */
  moves?: Move[] | undefined;
  /** To be stored with what they led to. */
  attempts?: readonly AttemptRow[];
}

/**
 * Moves sends through the state machine in the caller's transaction: one read that locks, one write, whatever the
 * number of inputs. Inputs for unknown sends are ignored.
 * @returns the customer events that it has put into the outbox
 */
export async function applyInputs(
  sql: Sql,
  inputs: readonly AppliedInput[],
  { moves, attempts = [] }: ApplyOptions = {},
): Promise<StoredOutboxEntry[]> {
  if (inputs.length === 0) return [];
  const rows = await sql<LockedSend>(lockSends, [[...new Set(inputs.map(({ sendId }) => sendId))]]);
  const sends = new Map(rows.map((row) => [row.id, row]));
  const effects: Effects = { closed: [], waits: [], entries: [], notes: [], said: [] };
  const changed = new Set<LockedSend>();
  for (const input of inputs) {
    const send = sends.get(input.sendId);
    if (!send) continue;
    const from = send.state;
    if (applyOne(send, input, effects)) changed.add(send);
    if (send.state !== from) moves?.push({ sendId: send.id, input: input.input, from, to: send.state });
  }
  const { closed, waits, notes, said } = effects;
  const entries = [...effects.entries, ...(await changeStandings(sql, said))];
  const stored = await writeChanges(sql, { changed: [...changed], closed, attempts, entries });
  await postponeSends(sql, waits);
  await writeNotes(sql, notes);
  return stored;
}

/** @returns whether the row has to be written */
function applyOne(send: LockedSend, applied: AppliedInput, effects: Effects): boolean {
  const { input, dueInMs, details } = applied;
  const learned = learn(send, applied.handedOver ?? null);
  const at = details?.at === undefined ? new Date() : new Date(details.at);
  const { facts, announce, says } = advance(send, input, at);
  for (const { type, error } of announce)
    effects.entries.push(announcement(send, { type, error, ...details }));
  if (says) effects.said.push({ send, is: says, at });
  if (facts === (send as SendFacts)) return learned;
  if (input.is === 'suppressed' || input.is === 'expired')
    effects.notes.push({ send_id: send.id, what: facts.state, detail: facts.error });
  if (isOpen(send.state) && !isOpen(facts.state)) effects.closed.push(send.id);
  else if (dueInMs !== undefined && isOpen(facts.state)) effects.waits.push({ id: send.id, waitMs: dueInMs });
  Object.assign(send, facts);
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

const insertNotes = preparedInsert('send_notes', { send_id: 'uuid', what: 'text', detail: 'text' });

/** What belongs into the timeline of sends beyond their attempts and reports. */
export async function writeNotes(sql: Sql, notes: readonly object[]): Promise<void> {
  if (notes.length > 0) await sql(...insertNotes(notes));
}
