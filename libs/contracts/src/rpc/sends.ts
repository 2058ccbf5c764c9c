import type { MergeData } from '../merge-data.js';
import type { SendState } from '../send-state.js';
import { defineRpc } from './rpc.js';

export interface RequestSend {
  accountId: string;
  /** The caller's own GUID: the same one again answers with the first send. */
  requestId: string | null;
  eventId: string;
  attendeeId: string;
  templateId: string;
  templateVersion: number;
  correlationId: string | null;
  merge: MergeData;
  /** RFC 3339, UTC: when the request reached the edge. A send that is newer than that has been raced, not preceded. */
  requestedAt: string;
  /**
   * The send that creating this guest asked for, which may still be on its way to the sender: without it, a resend
   * right after `POST /api/guest` would find no earlier send and mail the guest twice.
   */
  guestSend: { sendId: string; templateId: string } | null;
}

export interface SendTicket {
  attendeeInvitationId: string;
  status: SendState;
}

/** One line of a send's history, oldest first. */
export interface TimelineEntry {
  /** RFC 3339, UTC. */
  at: string;
  source: 'send' | 'attempt' | 'provider' | 'webhook';
  /** A state, an attempt's outcome, a provider event or a webhook event type. */
  what: string;
  detail: string | null;
}

export interface SendView {
  attendeeInvitationId: string;
  attendeeId: string;
  templateId: string;
  templateVersion: number;
  eventId: string;
  correlationId: string | null;
  status: SendState;
  error: string | null;
  attempts: number;
  /** RFC 3339, UTC. */
  created: string;
  updated: string;
  timeline: TimelineEntry[];
}

/** Asks for a send to an existing attendee. Errors: `previous_send_permanently_failed` (the matrix of the guide). */
export const requestSend = defineRpc<RequestSend, SendTicket>('comms.rpc.sender.request.v1');

/** Null where the send is unknown or another account's. */
export const getSend = defineRpc<{ accountId: string; sendId: string }, SendView | null>(
  'comms.rpc.sender.get.v1',
);
