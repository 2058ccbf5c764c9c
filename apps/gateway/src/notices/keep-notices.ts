import { noticeMailV1, type CommsEventV1, type EndpointReport, type NoticeMailV1 } from '@qflow/contracts';
import { derivedId, insertRows, writeOutbox, type Sql, type StoredOutboxEntry } from '@qflow/persistence';
import { disabledMail } from './disabled-mail.js';
import { wordingOf, type NoticeKind } from './endpoint-notice.js';

/** An operational event that is told of. */
export interface EndpointEvent extends Pick<CommsEventV1, 'id' | 'accountId' | 'createdAt'> {
  kind: NoticeKind;
  report: EndpointReport;
}

const columns = {
  account_id: 'uuid',
  id: 'uuid',
  kind: 'text',
  title: 'text',
  text: 'text',
  webhook_id: 'uuid',
  created_at: 'timestamptz',
};

/**
 * Stores the notice of each event and, where an endpoint was disabled, the e-mails to the users of its account, in the
 * caller's transaction. An event that was seen before does nothing, so nobody is mailed twice.
 * @param publicUrl address under which the API is reached from outside
 */
export async function keepNotices(
  sql: Sql,
  events: readonly EndpointEvent[],
  publicUrl: string,
): Promise<StoredOutboxEntry[]> {
  // In one order for all, so that two replicas with the same events wait for each other instead of deadlocking.
  const rows = events.map(rowOf).sort((a, b) => (a.id < b.id ? -1 : 1));
  const stored = await sql<{ id: string }>(
    ...insertRows('notices', columns, rows, 'ON CONFLICT DO NOTHING RETURNING id'),
  );
  const fresh = new Set(stored.map(({ id }) => id));
  const disabled = new Map(
    events
      .filter(({ id, kind }) => fresh.has(id) && kind === 'endpoint.disabled')
      .map((event) => [event.id, event]),
  );
  const mails = await mailsOf(sql, [...disabled.values()], publicUrl);
  return writeOutbox(
    sql,
    mails.map((mail) => ({
      subject: noticeMailV1.subject,
      msgId: `notice:${mail.id}`,
      body: JSON.stringify(mail),
      headers: {},
    })),
  );
}

const rowOf = ({ id, accountId, createdAt, kind, report }: EndpointEvent) => ({
  account_id: accountId,
  id,
  kind,
  ...wordingOf(kind, report),
  webhook_id: report.id,
  created_at: createdAt,
});

/** One to each address of the account's users, disabled users left out. */
async function mailsOf(
  sql: Sql,
  events: readonly EndpointEvent[],
  publicUrl: string,
): Promise<NoticeMailV1[]> {
  if (events.length === 0) return [];
  const users = await sql<{ id: string; account_id: string; email: string }>(
    // One person may be a user with a pin and without.
    `SELECT DISTINCT ON (account_id, email) id, account_id, email FROM users
      WHERE account_id = ANY($1::uuid[]) AND disabled_at IS NULL ORDER BY account_id, email, id`,
    [[...new Set(events.map(({ accountId }) => accountId))]],
  );
  return events.flatMap((event) => {
    const content = disabledMail({ report: event.report, at: event.createdAt, publicUrl });
    return users
      .filter(({ account_id }) => account_id === event.accountId)
      .map((user): NoticeMailV1 => ({
        kind: 'notice.mail',
        version: 1,
        // Of event and user, so that the sender too can tell a repetition.
        id: derivedId(Date.parse(event.createdAt), `${event.id} ${user.id}`),
        accountId: event.accountId,
        to: user.email,
        ...content,
      }));
  });
}
