import { eventNameIn, type CommsEventV1 } from '@qflow/contracts';
import { EMAILFLOW_SIGNATURE_HEADER, signEmailflow } from '@qflow/signing';
import { everyRequest } from './every-request.js';
import { knownOnly } from './known-only.js';
import { wholeSeconds } from './whole-seconds.js';
import type { WireFormat } from './wire-format.js';

/** EmailFlow's webhooks page, "The delivery payload" and "Verifying signatures". */
export const emailflowFormat: WireFormat = {
  body: (event) =>
    JSON.stringify({
      id: event.id,
      event: eventNameIn('emailflow', event),
      occurred_at: wholeSeconds(event.createdAt, '+00:00'),
      data: dataOf(event),
    }),

  headers: ({ body, secrets, timestamp }) => ({
    ...everyRequest,
    [EMAILFLOW_SIGNATURE_HEADER]: signEmailflow({ secrets, timestamp, body }),
  }),
};

/** "Identifiers when they apply, plus event-specific meta": what does not apply is left out; `meta` is always there. */
const dataOf = ({ data, message }: CommsEventV1): object => ({
  ...knownOnly({
    campaign_uid: data.templateId,
    subscriber_email: data.email ?? message?.to,
    list_uid: message?.eventId,
  }),
  meta: knownOnly({
    url: data.url,
    bounce_type: message?.bounceType,
    ip_address: message?.ip,
    user_agent: message?.userAgent,
    message_id: message?.providerMessageId,
    reason: message?.reason ?? data.error,
    machine: data.machine,
    send_id: data.attendeeInvitationId,
    attendee_id: data.attendeeId,
    correlation_id: data.correlationId,
    endpoint: data.endpoint,
  }),
});
