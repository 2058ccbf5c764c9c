import type { Page, PageRequest } from './pages.js';
import { defineRpc } from './rpc.js';

/** An address of an account that is never handed to the provider again. */
export interface Suppression {
  email: string;
  /** Why: the state of the send that caused it. */
  reason: 'bounced' | 'dropped' | 'spam_reported' | 'unsubscribed';
  /** The send that caused it. */
  attendeeInvitationId: string;
  /** RFC 3339, UTC. */
  created: string;
}

/** The account's suppression list, newest first; with `email` at most that one. Errors: `validation_error` (`/after`). */
export const listSuppressions = defineRpc<
  PageRequest & { accountId: string; email: string | null },
  Page<Suppression>
>('comms.rpc.sender.suppressions.v1');

/** Lifts a suppression. Errors: `not_found`. */
export const deleteSuppression = defineRpc<{ accountId: string; email: string }, { deleted: true }>(
  'comms.rpc.sender.suppression-delete.v1',
);

/** What the page behind an unsubscribe link shows. */
export interface RecipientStanding {
  /** The recipient's address, shortened so that who finds the link learns little: `a…@example.com`. */
  address: string;
  /** The event the e-mail was about is the gateway's to name. */
  eventId: string;
  /** Whether the address has unsubscribed from the account's e-mail. */
  unsubscribed: boolean;
  /**
   * When the newest choice of the recipient that the sender knows of was made, to unsubscribe or to subscribe again, here
   * or reported by a provider: RFC 3339, UTC, milliseconds; null where there is none. The page tells by it whether the
   * choice it has just taken has arrived.
   */
  decidedAt: string | null;
}

/** Null where the send is not known (yet), or another account's. */
export const getRecipientStanding = defineRpc<
  { accountId: string; sendId: string },
  RecipientStanding | null
>('comms.rpc.sender.recipient-standing.v1');
