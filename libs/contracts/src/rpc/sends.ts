import type { ErrorCode, ErrorExtras } from '../errors.js';
import type { MergeData } from '../merge-data.js';
import type { SendState } from '../send-state.js';
import type { Page, PageRequest } from './pages.js';
import { defineRpc } from './rpc.js';

export interface RequestSend {
  /** UUIDv7: what the send will be called if it comes about. Minted at the edge, so that its links can name it. */
  sendId: string;
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

/** What became of one request among several: a send, or the reason why there is none. */
export type SendResult =
  | { is: 'created' | 'existing'; ticket: SendTicket }
  | { is: 'rejected'; code: ErrorCode; detail: string; extras: ErrorExtras };

/** A copy of a template for its author: a send of its own, to an address instead of an attendee. */
export interface SendTestCopy {
  accountId: string;
  /** The author's own GUID: the same one again answers with the first copy. */
  requestId: string | null;
  eventId: string;
  templateId: string;
  templateVersion: number;
  recipient: string;
  /** What the template shows; an attendee's or made up. */
  merge: MergeData;
}

/** One line of a send's history, oldest first. */
export interface TimelineEntry {
  /** RFC 3339, UTC. */
  at: string;
  source: 'send' | 'attempt' | 'provider' | 'recipient' | 'webhook';
  /** A state, an attempt's outcome, a provider event, a recipient's choice or a webhook event type. */
  what: string;
  detail: string | null;
}

/** A send without its history, as lists show it. */
export interface SendSummary {
  attendeeInvitationId: string;
  /** Null for the test copy of a template. */
  attendeeId: string | null;
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
}

export interface SendView extends SendSummary {
  timeline: TimelineEntry[];
}

/** What to look for; null matches everything. */
export interface SendSearch extends PageRequest {
  accountId: string;
  attendeeId: string | null;
  templateId: string | null;
  status: SendState | null;
  correlationId: string | null;
}

/** Asks for a send to an existing attendee. Errors: `previous_send_permanently_failed` (the matrix of the guide). */
export const requestSend = defineRpc<RequestSend, SendTicket>('comms.rpc.sender.request.v1');

/** Null where the send is unknown or another account's. */
export const getSend = defineRpc<{ accountId: string; sendId: string }, SendView | null>(
  'comms.rpc.sender.get.v1',
);

/**
 * The same for several at once, of one account: one result per request, in order. Those that are refused leave the
 * others alone; all that are stored are stored in one transaction.
 */
export const requestSends = defineRpc<{ requests: RequestSend[] }, SendResult[]>(
  'comms.rpc.sender.request-many.v1',
);

/**
 * The sends that an account's own ids (`requestId`) were answered with before; ids that are new are left out. A
 * repetition is answered by them also where the request itself would not be accepted any more.
 */
export const findRequestedSends = defineRpc<
  { accountId: string; requestIds: string[] },
  { requestId: string; ticket: SendTicket }[]
>('comms.rpc.sender.requested.v1');

/** Errors: `previous_send_permanently_failed` where the recipient is on the suppression list. */
export const sendTestCopy = defineRpc<SendTestCopy, SendTicket>('comms.rpc.sender.test-copy.v1');

/** The account's sends, newest first. Errors: `validation_error` (`/after`). */
export const searchSends = defineRpc<SendSearch, Page<SendSummary>>('comms.rpc.sender.search.v1');
