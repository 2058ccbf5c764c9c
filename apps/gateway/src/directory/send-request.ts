import { sendRequestedKey, sendRequestedV1, type SendRequestedV1 } from '@qflow/contracts';
import { headersOfSend, type RequestContext } from '@qflow/messaging';
import type { OutboxEntry } from '@qflow/persistence';
import type { Links } from '../links/links.js';
import type { EventView } from './event.dto.js';
import type { GuestRow } from './guest-row.js';
import { mergeDataOf } from './merge-data.js';

/** The message that asks for the e-mail of a new guest. @param row with a planned send */
export function sendRequestOf(
  row: GuestRow,
  event: EventView,
  links: Links,
  context: RequestContext,
  more: Pick<SendRequestedV1, 'republished'> = {},
): OutboxEntry {
  const sendId = row.send_id as string;
  const message: SendRequestedV1 = {
    kind: 'send.requested',
    version: 1,
    sendId,
    accountId: row.account_id,
    eventId: row.event_id,
    attendeeId: row.id,
    templateId: row.comms_template_id as string,
    templateVersion: row.template_version as number,
    correlationId: row.correlation_id,
    requestedAt: row.created_at,
    merge: mergeDataOf(row, event, sendId, links),
    ...more,
  };
  return {
    subject: sendRequestedV1.subject,
    msgId: sendRequestedKey(sendId),
    body: JSON.stringify(message),
    headers: headersOfSend(sendId, context),
  };
}
