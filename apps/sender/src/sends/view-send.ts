import type { SendView } from '@qflow/contracts';
import type { Sql } from '@qflow/persistence';
import type { SendRow } from './send-row.js';
import { sendTimeline } from './send-timeline.js';
import { summaryColumns, summaryOf } from './summarise-send.js';

/** A send with its whole history, oldest first; null where it is unknown or another account's. */
export async function viewSend(sql: Sql, accountId: string, sendId: string): Promise<SendView | null> {
  const [send] = await sql<SendRow>(
    `SELECT ${summaryColumns.join(', ')} FROM sends WHERE id = $1 AND account_id = $2`,
    [sendId, accountId],
  );
  return send ? { ...summaryOf(send), timeline: await sendTimeline(sql, send) } : null;
}
