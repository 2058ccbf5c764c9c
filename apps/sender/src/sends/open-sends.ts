import { columnArrays, prepared, unnest, type Sql } from '@qflow/persistence';

/*
 * What changes while a send is under way: `queued`, `sending` and `unknown` ones have a row in `open_sends`, others none.
 * Whoever changes one holds the lock of its row in `sends`. A statement that waits for that lock sees the row of
 * `open_sends` as it was before, unless it locks that one too: so those that look at both lock both.
 */

/** What separates the texts of {@link joined}: in JSON it is escaped wherever it is. */
const separator = '\x1e';

/** JSON texts as one parameter: an array of them would have each of their quotes escaped, and unescaped by the server. */
export const joined = (values: readonly object[]): string =>
  values.map((value) => JSON.stringify(value)).join(separator);

/** The texts of {@link joined} in SQL, as an array. */
export const separate = (parameter: string): string => `string_to_array(${parameter}, chr(30))`;

/** `merge` is what the template shows. Without `dueAt` the message that has the send handled is on its way. */
export interface OpenSend {
  id: string;
  /** RFC 3339. */
  dueAt?: string;
  merge: object;
}

const insertOpen = prepared(
  `INSERT INTO open_sends (send_id, due_at, merge)
   SELECT * FROM unnest($1::uuid[], $2::timestamptz[], ${separate('$3')}::json[])`,
);

/** Of sends that the caller's transaction has inserted. */
export async function openSends(sql: Sql, sends: readonly OpenSend[]): Promise<void> {
  if (sends.length === 0) return;
  await sql(insertOpen, [
    sends.map(({ id }) => id),
    sends.map(({ dueAt }) => dueAt ?? null),
    joined(sends.map(({ merge }) => merge)),
  ]);
}

const waitColumns = { send_id: 'uuid', wait_ms: 'float8' };
const postpone = prepared(
  `UPDATE open_sends SET due_at = now() + new.wait_ms * interval '1 millisecond'
     FROM ${unnest(waitColumns)} AS new (send_id, wait_ms) WHERE open_sends.send_id = new.send_id`,
);

/** By the database's clock, like all that is due: another one that is behind would have them looked at on and on. */
export async function postponeSends(
  sql: Sql,
  sends: readonly { id: string; waitMs: number }[],
): Promise<void> {
  if (sends.length === 0) return;
  const rows = sends.map(({ id, waitMs }) => ({ send_id: id, wait_ms: waitMs }));
  await sql(postpone, columnArrays(waitColumns, rows));
}
