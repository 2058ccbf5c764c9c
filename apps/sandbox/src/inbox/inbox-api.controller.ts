import {
  Controller,
  Delete,
  Get,
  GoneException,
  Header,
  HttpCode,
  Inject,
  NotFoundException,
  Param,
  Query,
  Res,
  ServiceUnavailableException,
} from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import type { PosterStats } from '../event-webhook/event-poster.js';
import type { WebhookConnection } from '../event-webhook/webhook-connection.js';
import { WEBHOOK_CONNECTION } from '../tokens.js';
import {
  type DescribedMessage,
  describeMessage,
  type MessageSummary,
  summarise,
} from './describe-message.js';
import { Inbox, type InboxStats } from './inbox.js';
import type { InboxMessage } from './inbox-message.js';
import { mailHtml, MAIL_POLICY } from './mail-html.js';
import { readMessageSearch } from './read-message-search.js';

/** The inbox over REST, for tests that assert on what was sent. */
@Controller('inbox')
export class InboxApiController {
  constructor(
    @Inject(Inbox) private readonly inbox: Inbox,
    @Inject(WEBHOOK_CONNECTION) private readonly webhook: WebhookConnection | null,
  ) {}

  @Get('messages')
  async list(
    @Query() parameters: Record<string, unknown>,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<{ messages: MessageSummary[]; next: string | null }> {
    const search = readMessageSearch(parameters);
    if (search.waitMs > 0 && !this.inbox.canWait) {
      throw new ServiceUnavailableException('Too many requests wait for mail already.');
    }
    const gone = new AbortController();
    reply.raw.once('close', () => gone.abort());
    const page = await this.inbox.findOrWait(search, gone.signal);
    return { messages: page.messages.map(summarise), next: page.next };
  }

  @Delete('messages')
  @HttpCode(204)
  reset(): void {
    this.inbox.reset();
    this.webhook?.poster.resetCounts();
  }

  @Get('messages/:id')
  show(@Param('id') id: string): DescribedMessage {
    const message = this.require(id);
    return describeMessage(message, this.inbox.detailOf(message));
  }

  @Get('messages/:id/html')
  @Header('content-type', 'text/html; charset=utf-8')
  @Header('content-security-policy', MAIL_POLICY)
  @Header('x-content-type-options', 'nosniff')
  @Header('referrer-policy', 'no-referrer')
  html(@Param('id') id: string, @Query('frame') frame?: string): string {
    const detail = this.inbox.detailOf(this.require(id));
    if (!detail)
      throw new GoneException('The body of this message was given up to make room for newer mail.');
    if (!detail.html) throw new NotFoundException('This message has no HTML.');
    return mailHtml(detail.html, frame !== undefined);
  }

  @Get('stats')
  stats(): InboxStats & { events: PosterStats } {
    const events = this.webhook?.poster.stats() ?? { queued: 0, posted: 0, failed: 0 };
    return { ...this.inbox.stats(), events };
  }

  private require(id: string): InboxMessage {
    const message = this.inbox.get(id);
    if (!message) throw new NotFoundException('There is no such message in the inbox.');
    return message;
  }
}
