import type { RequestSend } from '@qflow/contracts';
import { attributesOfSend, recordOfSend, recordSend } from '@qflow/messaging';
import type { GuestRow } from './guest-row.js';

/** Moments of an accepted request, ms since the epoch. */
export interface AcceptedTimes {
  startedAt: number;
  /** Everything was checked, and only the commit was left to do. */
  approvedAt: number;
}

/** Begins the trace of a send that was accepted. */
export const recordAccepted = (
  send: Pick<RequestSend, 'sendId' | 'accountId' | 'eventId' | 'templateId'>,
  startedAt: number,
): void => recordSend(send.sendId, { startedAt, attributes: attributesOfSend(send) });

/** Begins the trace of the send that was accepted together with a guest; a guest without a template has none. */
export function recordCreated(guest: GuestRow, { startedAt, approvedAt }: AcceptedTimes): void {
  const { send_id: sendId, account_id: accountId, event_id: eventId, comms_template_id: templateId } = guest;
  if (sendId === null || templateId === null) return;
  recordAccepted({ sendId, accountId, eventId, templateId }, startedAt);
  recordOfSend(sendId, 'accept', { startedAt: approvedAt });
}
