import type { SendState } from '@qflow/contracts';
import { isTracing, recordOfSend } from '@qflow/messaging';
import { inTransaction, type Sql } from '@qflow/persistence';
import type { DataSource } from 'typeorm';
import type { SendInput } from './send-machine.js';

/** A send that has come into another state. */
export interface Move {
  sendId: string;
  /** What moved it. */
  input: SendInput;
  from: SendState;
  to: SendState;
}

/**
 * Runs `work` in a transaction. Once that is committed, the traces of the sends that it moved tell of it.
 * @param work gets the list of moves to add to, where anybody wants to know of them
 */
export async function movingSends<T>(
  dataSource: DataSource,
  work: (sql: Sql, moves?: Move[]) => Promise<T>,
): Promise<T> {
  if (!isTracing()) return inTransaction(dataSource, work);
  const startedAt = Date.now();
  const { result, moves } = await inTransaction(dataSource, async (sql) => {
    const moves: Move[] = [];
    return { result: await work(sql, moves), moves };
  });
  for (const move of moves) recordMove(move, startedAt);
  return result;
}

const recordMove = ({ sendId, input, from, to }: Move, startedAt: number): void =>
  recordOfSend(sendId, `state ${to}`, {
    startedAt,
    attributes: {
      'qflow.state.before': from,
      'qflow.state.after': to,
      'qflow.cause': input.is,
      ...(input.is === 'reported' && { 'qflow.report.type': input.type }),
    },
  });
