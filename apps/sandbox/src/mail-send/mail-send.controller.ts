import { Body, Controller, Inject, Post, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { setRateHeaders } from '../api/api-gate.js';
import { SendGridError } from '../api/sendgrid-error.js';
import type { SandboxConfig } from '../config.js';
import type { WebhookConnection } from '../event-webhook/webhook-connection.js';
import { Faults } from '../faults/faults.js';
import { Inbox } from '../inbox/inbox.js';
import { CONFIG, WEBHOOK_CONNECTION } from '../tokens.js';
import { acceptMail, type Destinations } from './accept-mail.js';
import { HungConnections } from './hung-connections.js';
import { readMailRequest } from './read-mail-request.js';

/**
 * `POST /v3/mail/send`.
 *
 * @see https://www.twilio.com/docs/sendgrid/api-reference/mail-send/mail-send
 */
@Controller('v3/mail/send')
export class MailSendController {
  private readonly destinations: Destinations;

  constructor(
    @Inject(CONFIG) private readonly config: SandboxConfig,
    @Inject(Faults) private readonly faults: Faults,
    @Inject(HungConnections) private readonly hung: HungConnections,
    @Inject(Inbox) inbox: Inbox,
    @Inject(WEBHOOK_CONNECTION) webhook: WebhookConnection | null,
  ) {
    this.destinations = { inbox, faults, poster: webhook?.poster ?? null };
  }

  /** The reply is written here and not by Nest, because some of them are no reply at all. */
  @Post()
  send(@Body() body: unknown, @Req() request: FastifyRequest, @Res() reply: FastifyReply): void {
    const fault = this.faults.drawSendFault();
    switch (fault) {
      case 'reset':
        reply.hijack();
        request.raw.socket.resetAndDestroy();
        return;
      case 'server-error':
        throw SendGridError.of(500, 'An error occurred on a SendGrid server.');
      case 'rate-limited':
        throw this.tooMany(reply);
      case 'timeout-after-accept':
      case 'none':
        this.answer(this.accept(body, reply), fault === 'none', request, reply);
    }
  }

  /** @returns the `X-Message-Id`, or null for a mail that was only to be checked */
  private accept(body: unknown, reply: FastifyReply): string | null {
    const mail = readMailRequest(body);
    if (mail.sandboxMode) return null;
    const messageId = acceptMail(mail, this.destinations);
    if (messageId === null) throw this.tooMany(reply);
    return messageId;
  }

  private answer(
    messageId: string | null,
    aloud: boolean,
    request: FastifyRequest,
    reply: FastifyReply,
  ): void {
    if (!aloud) {
      reply.hijack();
      this.hung.keep(request.raw.socket);
    } else if (messageId === null) {
      void reply.code(200).send();
    } else {
      void reply.code(202).header('x-message-id', messageId).send();
    }
  }

  private tooMany(reply: FastifyReply): SendGridError {
    const limit = this.config.SANDBOX_RATE_LIMIT;
    setRateHeaders(reply, { limit, remaining: 0, reset: Math.floor(Date.now() / 1000) + 1 });
    return SendGridError.of(429, 'too many requests');
  }
}
