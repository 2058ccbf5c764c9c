import { Controller, Get, HttpStatus, Inject, Query, Redirect, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Inbox } from '../../inbox.js';
import { firstMailOf } from '../start/first-mail.js';
import { flashOf } from '../flash.js';
import { addressOf, type ListView, readListView, states } from '../list-view.js';
import { PageFrame } from '../page-frame.js';
import { type Page, Pages } from '../pages.js';
import { renderPage } from '../render-page.js';
import { presentRow } from './present-row.js';
import { searchOf } from './search-of.js';

const PAGE_SIZE = 50;

/** The list of messages, newest first. */
@Controller()
export class ListPageController {
  constructor(
    @Inject(Inbox) private readonly inbox: Inbox,
    @Inject(PageFrame) private readonly frame: PageFrame,
    @Inject(Pages) private readonly pages: Pages,
  ) {}

  @Get()
  @Redirect('/inbox', HttpStatus.FOUND)
  home(): void {
    // The decorator does it all.
  }

  @Get('inbox')
  async list(
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
    @Query() parameters: Record<string, unknown>,
  ): Promise<void> {
    const view = readListView(parameters);
    await this.pages.send(request, reply, () => this.render(view, request, flashOf(parameters)));
  }

  private render(view: ListView, request: FastifyRequest, flash: string): Page {
    const { q, state, after } = view;
    const found = this.inbox.find({ query: searchOf(view), after: after || undefined, limit: PAGE_SIZE });
    const { messages } = this.inbox.stats();
    const frame = this.frame.of({ place: 'inbox', title: `Inbox (${messages})`, flash });
    const chip = (event: string, label: string): object => ({
      label,
      href: addressOf('/inbox', { q, state: event }),
      current: event === state,
    });
    const html = renderPage('list', frame, {
      view,
      filtered: q !== '' || state !== '' || after !== '',
      rows: found.messages.map((message) => presentRow(message, view)),
      chips: [chip('', 'All'), ...states.map(({ event, label }) => chip(event, label))],
      newest: after === '' ? '' : addressOf('/inbox', { q, state }),
      older: found.next === null ? '' : addressOf('/inbox', { q, state, after: found.next }),
      start: firstMailOf(request, this.frame.apiKey),
    });
    return { status: 200, html };
  }
}
