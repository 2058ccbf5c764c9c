import type { DataSource } from 'typeorm';
import { sqlOf, type Sql } from '../sql.js';
import { prepared } from '../statements/prepared.js';
import type { OutboxEntry, OutboxRow } from './outbox.js';
import { pack, unpack } from './outbox-row.js';

const deleteRows = prepared('DELETE FROM outbox WHERE id = ANY($1::bigint[])');

/** Rows looked at and messages answered at once at the most. */
const batchSize = 500;

type OrphanRow = { id: string; ageMs: number; envelopes: Parameters<typeof unpack>[0]; bodies: string };

/** The statements of the relay. */
export class OutboxTable {
  private readonly sql: Sql;

  constructor(
    dataSource: DataSource,
    private readonly orphanAfterMs: number,
  ) {
    this.sql = sqlOf(dataSource);
  }

  /** Forgets rows whose messages are all published. */
  async delete(ids: readonly string[]): Promise<void> {
    await this.sql(deleteRows, [ids]);
  }

  /** Leaves in a row only what could not be published. */
  async reduce({ id }: OutboxRow, left: readonly OutboxEntry[]): Promise<void> {
    const { message_count, envelopes, bodies } = pack(left);
    await this.sql(
      `UPDATE outbox SET message_count = $2, envelopes = $3, bodies = $4,
              subject = NULL, msg_id = NULL, headers = NULL, body = NULL WHERE id = $1`,
      [id, message_count, envelopes, bodies],
    );
  }

  /** Rows that nobody has published in time, in order, behind the given one; none where there are no more. */
  async orphansAfter(id: string): Promise<(OutboxRow & { ageMs: number })[]> {
    const rows = await this.sql<OrphanRow>(
      `SELECT id, 1000 * extract(epoch FROM now() - created_at)::float8 AS "ageMs",
              coalesce(envelopes, json_build_array(json_build_array(subject, msg_id, headers))) AS envelopes,
              coalesce(bodies, body) AS bodies
         FROM (SELECT orphans.*, sum(message_count) OVER (ORDER BY id) - message_count AS before
                 FROM (SELECT * FROM outbox
                        WHERE id > $2 AND created_at < now() - $1 * interval '1 millisecond'
                        ORDER BY id LIMIT ${batchSize}) AS orphans) AS counted
        WHERE before < ${batchSize} ORDER BY id`,
      [this.orphanAfterMs, id],
    );
    return rows.map(({ envelopes, bodies, ...row }) => ({ ...row, entries: unpack(envelopes, bodies) }));
  }

  /**
   * Counts the messages of rows that nobody has published in time, up to a limit of rows. Ids follow the time of writing
   * closely enough to find the oldest one without looking at all of them.
   */
  async measure(maxRows: number): Promise<{ orphans: number; oldestMs: number }> {
    const [row] = await this.sql<{ messages: string | null; oldest_ms: number | null }>(
      `SELECT (SELECT sum(message_count) FROM (SELECT message_count FROM outbox
                WHERE created_at < now() - $1 * interval '1 millisecond' LIMIT $2) AS orphans) AS messages,
              (SELECT 1000 * extract(epoch FROM now() - created_at)::float8 FROM outbox ORDER BY id LIMIT 1) AS oldest_ms`,
      [this.orphanAfterMs, maxRows],
    );
    return { orphans: Number(row?.messages ?? 0), oldestMs: row?.oldest_ms ?? 0 };
  }
}
