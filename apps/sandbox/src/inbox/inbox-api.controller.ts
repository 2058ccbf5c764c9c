import {
  Body,
  Controller,
  Delete,
  Get,
  GoneException,
  Header,
  HttpCode,
  Inject,
  NotFoundException,
  Param,
  Post,
  Query,
  Res,
  ServiceUnavailableException,
  UseGuards,
} from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { JsonBodyGuard } from '../api/json-body.guard.js';
import { EventOutlet, type OutletStats } from '../event-webhook/event-outlet.js';
import { readTrigger } from '../triggers/read-trigger.js';
import { type TriggeredEvent, Triggers } from '../triggers/triggers.js';
import { type DescribedMessage, describeMessage } from './describe-message.js';
import { expectMessages, type SummaryPage } from './expect-messages.js';
import { Inbox, type InboxStats } from './inbox.js';
import type { InboxMessage, MessageDetail } from './inbox-message.js';
import { mailHtml, MAIL_POLICY } from './mail-html.js';
import { mailSource } from './mail-source.js';
import { readMessageSearch } from './read-message-search.js';
import { serveAttachment } from './serve-attachment.js';

/** The inbox over REST, for tests that assert on what was sent. */
@Controller('inbox')
@UseGuards(JsonBodyGuard)
export class InboxApiController {
  constructor(
    @Inject(Inbox) private readonly inbox: Inbox,
    @Inject(EventOutlet) private readonly outlet: EventOutlet,
    @Inject(Triggers) private readonly triggers: Triggers,
  ) {}

  @Get('messages')
  async list(
    @Query() parameters: Record<string, unknown>,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<SummaryPage> {
    const search = readMessageSearch(parameters);
    if (search.waitMs > 0 && !this.inbox.canWait) {
      throw new ServiceUnavailableException('Too many requests wait for mail already.');
    }
    const gone = new AbortController();
    reply.raw.once('close', () => gone.abort());
    const page = await this.inbox.findOrWait(search, gone.signal);
    return expectMessages(search, page, this.inbox.count(search.query, search.count));
  }

  /** Queued events are still posted; `POST /reset` drops them. */
  @Delete('messages')
  @HttpCode(204)
  reset(): void {
    this.inbox.reset();
    this.outlet.resetCounts();
  }

  @Get('messages/:id')
  show(@Param('id') id: string): DescribedMessage {
    const message = this.require(id);
    return describeMessage(message, this.inbox.detailOf(message));
  }

  @Post('messages/:id/events')
  @HttpCode(202)
  trigger(@Param('id') id: string, @Body() body: unknown): TriggeredEvent {
    return this.triggers.trigger(this.require(id), readTrigger(body));
  }

  @Get('messages/:id/html')
  @Header('content-type', 'text/html; charset=utf-8')
  @Header('content-security-policy', MAIL_POLICY)
  @Header('x-content-type-options', 'nosniff')
  @Header('referrer-policy', 'no-referrer')
  html(@Param('id') id: string, @Query('frame') frame?: string): string {
    const { html } = this.requireDetail(this.require(id));
    if (!html) throw new NotFoundException('This message has no HTML.');
    return mailHtml(html, frame !== undefined);
  }

  /** Shown by a browser, and a mail program opens it as `.eml`. */
  @Get('messages/:id/source')
  @Header('content-type', 'text/plain; charset=utf-8')
  @Header('x-content-type-options', 'nosniff')
  async source(@Param('id') id: string): Promise<string> {
    const message = this.require(id);
    const contentOf = this.inbox.contentOf.bind(this.inbox);
    return (await mailSource(message, this.requireDetail(message), contentOf)).toString();
  }

  @Get('messages/:id/attachments/:number')
  attachment(@Param('id') id: string, @Param('number') number: string, @Res() reply: FastifyReply): void {
    const { attachments } = this.requireDetail(this.require(id));
    const attachment = /^\d{1,4}$/.test(number) ? attachments[Number(number)] : undefined;
    if (!attachment)
      throw new NotFoundException('This message has no such attachment; the first one is number 0.');
    const content = this.inbox.contentOf(attachment);
    if (!content) throw new GoneException('This attachment was given up to make room for newer mail.');
    serveAttachment(reply, attachment, content);
  }

  @Get('stats')
  stats(): InboxStats & { events: OutletStats } {
    return { ...this.inbox.stats(), events: this.outlet.stats() };
  }

  private require(id: string): InboxMessage {
    const message = this.inbox.get(id);
    if (!message) throw new NotFoundException('There is no such message in the inbox.');
    return message;
  }

  private requireDetail(message: InboxMessage): MessageDetail {
    const detail = this.inbox.detailOf(message);
    if (!detail)
      throw new GoneException('The body of this message was given up to make room for newer mail.');
    return detail;
  }
}
