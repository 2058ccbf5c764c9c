import { messageReader, type MessageContract } from './message.js';

/**
 * The platform tells somebody something by e-mail, such as that a webhook was disabled. Written by the service that
 * knows whom to tell, sent by the sender from the platform's own address. No integrator hears of it.
 */
export interface NoticeMailV1 {
  kind: 'notice.mail';
  version: 1;
  /** UUIDv7 of this one e-mail: whoever publishes the same id again means the same e-mail. */
  id: string;
  accountId: string;
  to: string;
  subject: string;
  text: string;
  html: string;
}

export const noticeMailV1: MessageContract<NoticeMailV1> = {
  stream: 'SENDS',
  subject: 'comms.send.notice.v1',
  read: messageReader<NoticeMailV1>('notice.mail', 1, {
    id: 'an id',
    accountId: 'an id',
    to: 'a text',
    subject: 'a text',
    text: 'a text',
    html: 'a text',
  }),
};
