import type { SendTestCopy, SendTicket } from '@qflow/contracts';
import type { Sql } from '@qflow/persistence';
import { earlierOfRequests, suppressionsOf } from './known-past.js';
import { lockId } from './lock-sends.js';
import { openSends } from './open-sends.js';
import { standing, suppressed } from './previous-send.js';
import { ticketOf } from './request-sends.js';
import { insertSends } from './store-sends.js';

/**
 * Stores a test copy in the caller's transaction: a send without an attendee, which no pair ever meets. It is due at
 * once, so the next look at waiting sends, within a second, hands it to the dispatcher. A `requestId` that was seen before answers with what it led to.
 * @param id UUIDv7, if it comes about
 * @throws CodedError `previous_send_permanently_failed` where the recipient is on the suppression list
 */
export async function requestTestCopyIn(sql: Sql, id: string, copy: SendTestCopy): Promise<SendTicket> {
  const earlier = await earlierCopy(sql, copy);
  if (earlier) return earlier;
  const suppression = standing(await suppressionsOf(sql, copy.accountId, [copy.recipient]), copy.recipient);
  if (suppression) throw suppressed(suppression);
  const now = new Date().toISOString();
  await sql(...insertSends([rowOf(id, copy, now)]));
  await openSends(sql, [{ id, dueAt: now, merge: copy.merge }]);
  return { attendeeInvitationId: id, status: 'queued' };
}

async function earlierCopy(sql: Sql, copy: SendTestCopy): Promise<SendTicket | undefined> {
  const { accountId, requestId } = copy;
  if (requestId === null) return undefined;
  await lockId(sql, accountId, requestId);
  const earlier = (await earlierOfRequests(sql, accountId, [copy])).get(requestId);
  return earlier && ticketOf(earlier);
}

const rowOf = (id: string, copy: SendTestCopy, createdAt: string): object => ({
  id,
  account_id: copy.accountId,
  event_id: copy.eventId,
  template_id: copy.templateId,
  template_version: copy.templateVersion,
  request_id: copy.requestId,
  recipient: copy.recipient,
  state: 'queued',
  created_at: createdAt,
});
