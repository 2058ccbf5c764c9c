import type { Sql } from '@qflow/persistence';

const isWaiting = `account_id = $1 AND state = 'queued' AND provider IS NULL`;

/**
 * What waits for a provider of an account's old list goes by the new one, now. Each open send is looked up by itself, as
 * in `due-sends.ts`: a join may read all sends of the account.
 */
export const releaseWaiting = (sql: Sql, accountId: string): Promise<unknown> =>
  sql(
    `WITH waiting AS (
       SELECT id FROM sends JOIN open_sends ON open_sends.send_id = sends.id
        WHERE id = ANY(ARRAY(
                SELECT send_id FROM open_sends
                 WHERE due_at > now() AND (SELECT ${isWaiting} FROM sends WHERE id = send_id)))
          AND ${isWaiting} AND due_at > now()
        ORDER BY id FOR UPDATE)
     UPDATE open_sends SET due_at = now() FROM waiting WHERE send_id = waiting.id`,
    [accountId],
  );
