import { Body, Controller, Get, Inject, Post, Query, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { EventOutlet } from '../../../event-webhook/event-outlet.js';
import { Reset } from '../../../reset/reset.js';
import { Inbox } from '../../inbox.js';
import { flashOf } from '../flash.js';
import { PageFrame } from '../page-frame.js';
import { type Page, Pages } from '../pages.js';
import { renderPage } from '../render-page.js';

/** Throws things away, after asking on a page of its own. */
@Controller('inbox/reset')
export class ResetPageController {
  constructor(
    @Inject(Inbox) private readonly inbox: Inbox,
    @Inject(EventOutlet) private readonly outlet: EventOutlet,
    @Inject(Reset) private readonly reset: Reset,
    @Inject(PageFrame) private readonly frame: PageFrame,
    @Inject(Pages) private readonly pages: Pages,
  ) {}

  @Get()
  async ask(
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
    @Query() parameters: Record<string, unknown>,
  ): Promise<void> {
    await this.pages.send(request, reply, () => this.render(200, flashOf(parameters)));
  }

  @Post()
  async throwAway(
    @Res() reply: FastifyReply,
    @Body() form: Readonly<Record<string, unknown>> | undefined,
  ): Promise<void> {
    switch (form?.['what']) {
      case 'inbox':
        this.inbox.reset();
        this.outlet.resetCounts();
        void reply.code(303).header('location', '/inbox?done=emptied').send();
        return;
      case 'all':
        await this.reset.everything();
        void reply.code(303).header('location', '/inbox?done=reset').send();
        return;
      default:
        this.pages.answer(reply, this.render(400, 'Nothing was reset: say what is to go.'));
    }
  }

  private render(status: number, flash: string): Page {
    const frame = this.frame.of({ place: 'inbox', title: 'Reset', flash });
    return { status, html: renderPage('reset', frame) };
  }
}
