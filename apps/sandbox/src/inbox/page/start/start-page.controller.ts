import { Body, Controller, Get, Inject, Post, Query, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { SendGridError } from '../../../api/sendgrid-error.js';
import { EventOutlet } from '../../../event-webhook/event-outlet.js';
import { Faults } from '../../../faults/faults.js';
import { acceptMail } from '../../../mail-send/accept-mail.js';
import { Inbox } from '../../inbox.js';
import { flashOf } from '../flash.js';
import { PageFrame } from '../page-frame.js';
import { type Page, Pages } from '../pages.js';
import { renderPage } from '../render-page.js';
import { firstMailOf } from './first-mail.js';
import { sampleMail } from './sample-mail.js';

/** Tells how to send mail here, and sends a sample. */
@Controller('inbox/start')
export class StartPageController {
  constructor(
    @Inject(Inbox) private readonly inbox: Inbox,
    @Inject(EventOutlet) private readonly outlet: EventOutlet,
    @Inject(Faults) private readonly chance: Faults,
    @Inject(PageFrame) private readonly frame: PageFrame,
    @Inject(Pages) private readonly pages: Pages,
  ) {}

  @Get()
  async show(
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
    @Query() parameters: Record<string, unknown>,
  ): Promise<void> {
    await this.pages.send(request, reply, () => this.render(request, 200, flashOf(parameters)));
  }

  /** The sample meets no faults of sending, because nobody sends it; its events do. */
  @Post('sample')
  sample(
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
    @Body() form: Readonly<Record<string, unknown>> | undefined,
  ): void {
    const { inbox, outlet, chance } = this;
    try {
      if (acceptMail(sampleMail(form?.['to']), { inbox, outlet, chance }) === null)
        return this.pages.answer(reply, this.render(request, 503, 'Too many events wait for the webhook.'));
    } catch (error) {
      if (!(error instanceof SendGridError)) throw error;
      return this.pages.answer(reply, this.render(request, 400, error.message));
    }
    void reply.code(303).header('location', '/inbox?done=sample').send();
  }

  private render(request: FastifyRequest, status: number, flash: string): Page {
    const frame = this.frame.of({ place: 'start', title: 'How to send', flash });
    return { status, html: renderPage('start', frame, { start: firstMailOf(request, this.frame.apiKey) }) };
  }
}
