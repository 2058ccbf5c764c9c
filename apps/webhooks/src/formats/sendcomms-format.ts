import { eventNameIn, isFeedEvent, type CommsEventV1 } from '@qflow/contracts';
import { signSendcomms } from '@qflow/signing';
import { everyRequest } from './every-request.js';
import { knownOnly } from './known-only.js';
import { wholeSeconds } from './whole-seconds.js';
import type { WireFormat } from './wire-format.js';

/**
 * SendComms' webhooks page, "Webhook Payload" and "Verifying Webhooks". Its sample receiver prints the parsed body
 * again before it checks the signature, which is over the body alone.
 */
export const sendcommsFormat: WireFormat = {
  body: (event) =>
    JSON.stringify({
      event: eventNameIn('sendcomms', event),
      // "Use transaction_id to deduplicate events": so it is the event's, and not the e-mail's.
      transaction_id: event.id,
      timestamp: wholeSeconds(event.createdAt, 'Z'),
      data: dataOf(event),
    }),

  headers: ({ body, secrets }) => ({ ...everyRequest, ...signSendcomms({ secrets, body }) }),
};

/** The seven documented fields are always there, null where unknown; ours follow, where known. */
function dataOf(event: CommsEventV1): object {
  const { id, type, data, message } = event;
  const name = eventNameIn('sendcomms', event);
  return {
    id,
    email_id: data.attendeeInvitationId,
    type: isFeedEvent(type) ? 'email' : 'endpoint',
    status: name.slice(name.indexOf('.') + 1),
    to: data.email ?? message?.to ?? null,
    subject: message?.subject ?? null,
    from: message?.from ?? null,
    ...knownOnly({
      error: message?.reason ?? data.error,
      bounce_type: message?.bounceType,
      url: data.url,
      machine: data.machine,
      ip_address: message?.ip,
      user_agent: message?.userAgent,
      attendee_id: data.attendeeId,
      template_id: data.templateId,
      correlation_id: data.correlationId,
      endpoint: data.endpoint,
    }),
  };
}
