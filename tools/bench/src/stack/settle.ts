import type { Sandbox } from '../load/sandbox.js';
import type { SenderTables } from '../load/sender-tables.js';
import type { BenchStack } from './bench-stack.js';
import { waitUntil } from './wait-until.js';

export interface Places {
  readonly stack: BenchStack;
  readonly sandbox: Sandbox;
  readonly tables: SenderTables;
}

/**
 * Whether nothing is under way any more: no request, send, report or event that was not handled, told and posted. It
 * looks along the way of a send, so that what moves on meanwhile is met further down.
 */
export async function isQuiet({ stack, sandbox, tables }: Places): Promise<boolean> {
  if (!(await tables.outboxIsEmpty()) || (await stack.nats.unsettledRequests()) > 0) return false;
  if ((await tables.underWay()) > 0 || (await sandbox.eventsWaiting()) > 0) return false;
  if ((await stack.nats.unsettledReports()) > 0 || !(await tables.outboxIsEmpty())) return false;
  if ((await stack.nats.unsettledEvents()) > 0) return false;
  const { rows } = await stack.database.query<{ waits: boolean }>(
    'SELECT EXISTS (SELECT FROM waiting) AS waits',
  );
  return rows[0]?.waits === false;
}

/** @returns whether everything came to an end in time */
export const settle = (places: Places, seconds: number): Promise<boolean> =>
  waitUntil(() => isQuiet(places), { seconds, signal: places.stack.signal });
