import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { MAIL_SEND } from '../api/api-gate.js';
import { MailSend } from './mail-send.js';

/**
 * Puts `POST /v3/mail/send` on Fastify itself: it is called a thousand times a second where the platform is measured,
 * and what a controller of Nest's does for a request costs as much as accepting the mail. Errors go to the same filter.
 *
 * @see https://www.twilio.com/docs/sendgrid/api-reference/mail-send/mail-send
 */
export function serveMailSend(app: NestFastifyApplication): void {
  const mailSend = app.get(MailSend);
  app
    .getHttpAdapter()
    .getInstance()
    .post(MAIL_SEND, (request, reply) => mailSend.receive(request, reply));
}
