import type { SendSummary } from '@qflow/contracts';
import type { SendRow } from './send-row.js';

export const summaryColumns = [
  'id',
  'event_id',
  'attendee_id',
  'template_id',
  'template_version',
  'correlation_id',
  'state',
  'error',
  'attempt',
  'created_at',
  'updated_at',
] as const;

export const summaryOf = (send: Pick<SendRow, (typeof summaryColumns)[number]>): SendSummary => ({
  attendeeInvitationId: send.id,
  attendeeId: send.attendee_id,
  templateId: send.template_id,
  templateVersion: send.template_version,
  eventId: send.event_id,
  correlationId: send.correlation_id,
  status: send.state,
  error: send.error,
  attempts: send.attempt,
  created: send.created_at.toISOString(),
  updated: send.updated_at.toISOString(),
});
