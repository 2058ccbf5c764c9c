import type { MergeData } from '../merge-data.js';
import { messageReader, type MessageContract } from './message.js';

/**
 * A guest is to get an e-mail. Written by the gateway in the transaction that stored the guest (or the resend),
 * read by the sender. It carries a snapshot of what the template may show, because the sender must be able to
 * finish the send even if gateway, guest or template are gone by then.
 */
export interface SendRequestedV1 {
  kind: 'send.requested';
  version: 1;
  /** UUIDv7, minted by the gateway; `attendeeInvitationId` in public answers. */
  sendId: string;
  accountId: string;
  eventId: string;
  attendeeId: string;
  templateId: string;
  templateVersion: number;
  correlationId: string | null;
  /** RFC 3339, UTC. */
  requestedAt: string;
  merge: MergeData;
  /** Asked for again by an operator, in case that nobody has it: nothing is said of a send that somebody has. */
  republished?: true;
}

export const sendRequestedV1: MessageContract<SendRequestedV1> = {
  stream: 'SENDS',
  subject: 'comms.send.requested.v1',
  read: messageReader<SendRequestedV1>('send.requested', 1, {
    sendId: 'an id',
    accountId: 'an id',
    eventId: 'an id',
    attendeeId: 'an id',
    templateId: 'an id',
    templateVersion: 'a number',
    requestedAt: 'a time',
    merge: 'an object',
  }),
};

/**
 * The idempotency key of a send request on the stream. The send id alone: whoever publishes the same send again
 * (the relay after a crash, a retried request) means the same e-mail.
 */
export const sendRequestedKey = (sendId: string): string => `send:${sendId}`;
