import {
  Body,
  Controller,
  Get,
  GoneException,
  HttpException,
  Inject,
  NotFoundException,
  Param,
  Post,
  Query,
  Req,
  Res,
} from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { InvalidRequest } from '../../../api/invalid-request.js';
import { Triggers } from '../../../triggers/triggers.js';
import { Inbox } from '../../inbox.js';
import { mailHtml } from '../../mail-html.js';
import { flashOf } from '../flash.js';
import { Pages } from '../pages.js';
import { framePolicy } from './frame-policy.js';
import { MessagePage } from './message-page.js';
import { messageAddress, readMessageView } from './message-view.js';
import { sourceText } from './source-text.js';
import { readTriggerForm } from './triggers-by-hand.js';

/** One message, and what can be made to happen to it. */
@Controller('inbox/view/:id')
export class MessagePageController {
  constructor(
    @Inject(Inbox) private readonly inbox: Inbox,
    @Inject(Triggers) private readonly triggers: Triggers,
    @Inject(MessagePage) private readonly page: MessagePage,
    @Inject(Pages) private readonly pages: Pages,
  ) {}

  @Get()
  async show(
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
    @Param('id') id: string,
    @Query() parameters: Record<string, unknown>,
  ): Promise<void> {
    const view = readMessageView(parameters);
    const message = this.inbox.get(id);
    // Once and not for every look at the page: it never changes.
    const source = message && view.tab === 'source' ? await sourceText(this.inbox, message) : undefined;
    const flash = flashOf(parameters);
    await this.pages.send(request, reply, () => this.page.render(id, view, { source, flash }));
  }

  /** The mail's HTML for the frame on its page. */
  @Get('frame')
  frame(
    @Res() reply: FastifyReply,
    @Param('id') id: string,
    @Query() parameters: Record<string, unknown>,
  ): void {
    const message = this.inbox.get(id);
    if (!message) throw new NotFoundException('There is no such message in the inbox.');
    const html = this.inbox.detailOf(message)?.html;
    if (!html) throw new GoneException('This message has no HTML, or it was given up for newer mail.');
    void reply
      .headers({
        'content-type': 'text/html; charset=utf-8',
        'content-security-policy': framePolicy(readMessageView(parameters).remote === 'on'),
        'x-content-type-options': 'nosniff',
        'referrer-policy': 'no-referrer',
        'cache-control': 'no-store',
      })
      .send(mailHtml(html, true));
  }

  /** Makes an event happen, from the form on the page. */
  @Post('events')
  trigger(
    @Res() reply: FastifyReply,
    @Param('id') id: string,
    @Body() form: Record<string, unknown> | undefined,
  ): void {
    const view = { ...readMessageView(form ?? {}), tab: 'events' as const };
    const message = this.inbox.get(id);
    try {
      if (message) this.triggers.trigger(message, readTriggerForm(form ?? {}));
    } catch (error) {
      if (!(error instanceof HttpException || error instanceof InvalidRequest)) throw error;
      const status = error instanceof HttpException ? error.getStatus() : 400;
      const { html } = this.page.render(id, view, { flash: error.message });
      return this.pages.answer(reply, { status, html });
    }
    const address = `${messageAddress(id, view)}&done=event#e-${(message?.history.length ?? 0) - 1}`;
    void reply
      .code(303)
      .header('location', message ? address : messageAddress(id, view))
      .send();
  }
}
