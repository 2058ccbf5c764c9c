import type { RequestSend, SendRequestedV1 } from '@qflow/contracts';
import { v7 as uuidv7 } from 'uuid';

/** What the gateway asks for on `POST /api/comms/send` for the pair of an earlier send. */
export const resendOf = (request: SendRequestedV1, values: Partial<RequestSend> = {}): RequestSend => ({
  sendId: uuidv7(),
  accountId: request.accountId,
  requestId: null,
  eventId: request.eventId,
  attendeeId: request.attendeeId,
  templateId: request.templateId,
  templateVersion: 1,
  correlationId: null,
  merge: request.merge,
  requestedAt: new Date().toISOString(),
  guestSend: null,
  ...values,
});
