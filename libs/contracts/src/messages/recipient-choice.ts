import { messageReader, type MessageContract } from './message.js';

/**
 * A recipient has used the unsubscribe link of an e-mail, or has changed their mind there. Written by the gateway in
 * the transaction that answers them, so that no choice is lost while the sender is away; read by the sender.
 */
export interface RecipientChoiceV1 {
  kind: 'recipient.choice';
  version: 1;
  /** UUIDv7 of this one choice: whoever publishes the same id again means the same choice. */
  id: string;
  accountId: string;
  /** The send whose link it was. */
  sendId: string;
  choice: 'unsubscribe' | 'resubscribe';
  /** `one-click`: posted by a mail program (RFC 8058); `page`: by the person on our page. */
  by: 'one-click' | 'page';
  /** RFC 3339, UTC, milliseconds: when it was made. */
  at: string;
}

export const recipientChoiceV1: MessageContract<RecipientChoiceV1> = {
  stream: 'SENDS',
  subject: 'comms.send.choice.v1',
  read: messageReader<RecipientChoiceV1>('recipient.choice', 1, {
    id: 'an id',
    accountId: 'an id',
    sendId: 'an id',
    choice: 'a text',
    by: 'a text',
    at: 'a time',
  }),
};

/** The idempotency key of a choice on the stream. */
export const recipientChoiceKey = (id: string): string => `choice:${id}`;
