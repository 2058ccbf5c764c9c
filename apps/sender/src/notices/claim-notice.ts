import { insertRows, type Sql } from '@qflow/persistence';
import type { NoticeMailV1 } from '@qflow/contracts';

const columns = {
  id: 'uuid',
  account_id: 'uuid',
  recipient: 'text',
  subject: 'text',
  text: 'text',
  html: 'text',
};

/** Takes notices over from the stream; one that is here already stays as it is, whatever became of it. */
export async function storeNotices(sql: Sql, notices: readonly NoticeMailV1[]): Promise<void> {
  // In one order for all, so that two replicas with the same notices wait for each other instead of deadlocking.
  const rows = notices
    .map(({ id, accountId, to, subject, text, html }) => ({
      id,
      account_id: accountId,
      recipient: to,
      subject,
      text,
      html,
    }))
    .sort((a, b) => (a.id < b.id ? -1 : 1));
  await sql(...insertRows('notices', columns, rows, 'ON CONFLICT DO NOTHING'));
}

/** A notice that this process, and no other, may hand to the provider now. */
export interface ClaimedNotice {
  id: string;
  account_id: string;
  recipient: string;
  subject: string;
  text: string;
  html: string;
  /** 1 for the first try. */
  attempt: number;
  created_at: Date;
}

/**
 * Claims the notice that has waited longest. The claim is committed *before* the provider is called: a process that
 * dies between the two leaves a claim that lapses, and never an e-mail that nobody knows of.
 */
export async function claimNotice(sql: Sql, claimMs: number): Promise<ClaimedNotice | undefined> {
  const [claimed] = await sql<ClaimedNotice>(
    `UPDATE notices SET state = 'sending', attempt = attempt + 1, updated_at = now(),
            due_at = now() + $1 * interval '1 millisecond'
      WHERE id = (SELECT id FROM notices WHERE state = 'queued' AND due_at <= now()
                   ORDER BY due_at LIMIT 1 FOR UPDATE SKIP LOCKED)
      RETURNING id, account_id, recipient, subject, text, html, attempt, created_at`,
    [claimMs],
  );
  return claimed;
}

/**
 * Claims that lapsed: their process died between claiming and recording, and whether the e-mail left is unknown. It is
 * not repeated: the same notice stands in the app, and one e-mail too few does less harm there than two.
 * @returns their ids
 */
export async function giveUpLapsed(sql: Sql): Promise<string[]> {
  const lapsed = await sql<{ id: string }>(
    `UPDATE notices SET state = 'unknown', due_at = NULL, updated_at = now(),
            error = 'the sender stopped before it could record the outcome'
      WHERE state = 'sending' AND due_at <= now() RETURNING id`,
  );
  return lapsed.map(({ id }) => id);
}

const keptDays = 30;

/** Forgets notices that were settled long ago. */
export async function purgeNotices(sql: Sql): Promise<void> {
  await sql(`DELETE FROM notices WHERE due_at IS NULL AND created_at < now() - interval '${keptDays} days'`);
}
