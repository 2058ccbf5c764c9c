import { createHash } from 'node:crypto';
import { deliveryStatuses, eventTypes, type DeliveryStatus, type EventType } from '@qflow/contracts';
import type { Sql } from '@qflow/persistence';
import type { DataSource } from 'typeorm';
import type { IdRange } from './id-range.js';

/** Which deliveries of a subscription. */
export interface LogSlice {
  subscriptionId: string;
  status: DeliveryStatus | null;
  type: EventType | null;
  range: IdRange;
}

export interface Walk {
  /** What is wanted of each row: a `SELECT` list with `id` in it. */
  columns: string;
  /** Newest first, or oldest first. */
  order: 'DESC' | 'ASC';
  limit: number;
}

/** The subscription as the indexes by status and by type know it: see the migration that makes them. */
export const indexedSubscription = (parameter: string): string =>
  `uuid_send(subscription_id) = uuid_send(${parameter}::uuid)`;

/**
 * The statement that reads a slice of the log in the order of its ids. Every condition in it is answered by the index
 * that is walked, in the walk's own order, day by day until there are enough: so a page costs the same however rare what
 * is looked for, and however much of everything else there is.
 *
 * | slice | index |
 * |---|---|
 * | everything | primary key |
 * | a status | `deliveries_status` |
 * | a type, with a status or without; `delivered` | `deliveries_type`, once for each pair of the two |
 */
export function inOrder(
  { subscriptionId, status, type, range }: LogSlice,
  { columns, order, limit }: Walk,
): [text: string, parameters: unknown[]] {
  const parameters: unknown[] = [subscriptionId, range.after, range.before, limit];
  const walk = (conditions: string): string =>
    `SELECT ${columns} FROM deliveries WHERE ${conditions} AND id > $2 AND id < $3 ORDER BY id ${order} LIMIT $4`;
  if (type === null && status === null) return [walk('subscription_id = $1'), parameters];
  const indexed = indexedSubscription('$1');
  if (type === null && status !== 'delivered')
    return [walk(`${indexed} AND status = $5 AND status <> 'delivered'`), [...parameters, status]];
  const pairs = (type === null ? eventTypes : [type]).flatMap((one) =>
    (status === null ? deliveryStatuses : [status]).map((other) => [one, other] as const),
  );
  return [
    `SELECT walked.* FROM unnest($5::text[], $6::text[]) AS pair (type, status)
      CROSS JOIN LATERAL (${walk(`${indexed} AND event_type = pair.type AND status = pair.status`)}) AS walked
      ORDER BY id ${order} LIMIT $4`,
    [...parameters, pairs.map(([one]) => one), pairs.map(([, other]) => other)],
  ];
}

/** The planner's choices do not depend on what is looked for, nor on what it believes there is. */
const settled = `SELECT set_config('enable_sort', 'off', true), set_config('enable_seqscan', 'off', true),
  set_config('plan_cache_mode', 'force_generic_plan', true)`;

/**
 * Runs `work` in a transaction where {@link inOrder} is walked as it is meant to be. Left to itself the planner would
 * read all that fits and sort it where it believes that to be little; if its statistics are wrong, that is a whole day.
 * Each connection plans a statement once: for thirty days that takes several times as long as to run it.
 */
export const inLogOrder = <T>(dataSource: DataSource, work: (sql: Sql) => Promise<T>): Promise<T> =>
  dataSource.transaction(async ({ queryRunner }) => {
    const sql = plannedOnce((await queryRunner?.connect()) as Connection);
    await sql(settled);
    return work(sql);
  });

/** The part of node-postgres's client by which statements can be named: TypeORM has no way to say it. */
interface Connection {
  query(statement: { name: string; text: string; values?: unknown[] }): Promise<{ rows: unknown[] }>;
}

const plannedOnce =
  (connection: Connection): Sql =>
  async <Row>(text: string, values?: unknown[]) =>
    (await connection.query({ name: nameOf(text), text, values })).rows as Row[];

const nameOf = (text: string): string => createHash('sha256').update(text).digest('base64url');
