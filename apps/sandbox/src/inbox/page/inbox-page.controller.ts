import { Controller, Get, Header, HttpStatus, Inject, Param, Query, Redirect, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import type { WebhookConnection } from '../../event-webhook/webhook-connection.js';
import { Faults } from '../../faults/faults.js';
import { WEBHOOK_CONNECTION } from '../../tokens.js';
import { describeMessage, summarise } from '../describe-message.js';
import { Inbox } from '../inbox.js';
import type { InboxMessage } from '../inbox-message.js';
import { mailbox, mailHeaders } from '../mail-headers.js';
import { clock, namedValues, presentEvent, presentFacts, presentRow } from './present.js';
import { type PageFrame, renderPage } from './render-page.js';
import { style } from './style.js';

/** No scripts, nothing from elsewhere; the mail itself is in a frame with a policy of its own. */
const PAGE_POLICY =
  "default-src 'none'; style-src 'self'; img-src data:; frame-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";
const PAGE_SIZE = 50;

/** The inbox for people. */
@Controller()
export class InboxPageController {
  constructor(
    @Inject(Inbox) private readonly inbox: Inbox,
    @Inject(Faults) private readonly faults: Faults,
    @Inject(WEBHOOK_CONNECTION) private readonly webhook: WebhookConnection | null,
  ) {}

  @Get()
  @Redirect('/inbox', HttpStatus.FOUND)
  home(): void {
    // The decorator does it all.
  }

  @Get('inbox/style.css')
  @Header('content-type', 'text/css; charset=utf-8')
  @Header('cache-control', 'public, max-age=300')
  style(): string {
    return style;
  }

  @Get('inbox')
  list(@Res() reply: FastifyReply, @Query() query: Record<string, unknown>): void {
    const text = (value: unknown): string => (typeof value === 'string' ? value.trim() : '');
    const q = text(query['q']);
    const after = text(query['after']) || undefined;
    const search = { query: { customArgs: {}, ...(q && { q }) }, after, limit: PAGE_SIZE };
    const page = this.inbox.find(search);
    const rows = page.messages.map((message) => presentRow(summarise(message)));
    const data = { q, paged: after !== undefined, messages: rows, next: page.next };
    this.send(reply, 200, renderPage('list', this.frame('Sandbox inbox'), data));
  }

  @Get('inbox/view/:id')
  view(@Res() reply: FastifyReply, @Param('id') id: string): void {
    const message = this.inbox.get(id);
    if (message) this.send(reply, 200, this.messagePage(message));
    else this.send(reply, 404, renderPage('missing', this.frame('No such message')));
  }

  private messagePage(message: InboxMessage): string {
    const detail = this.inbox.detailOf(message);
    const described = describeMessage(message, detail);
    return renderPage('message', this.frame(`${described.subject || '(no subject)'} · Sandbox inbox`), {
      message: described,
      from: mailbox(message.from),
      when: clock(new Date(message.receivedAt)),
      history: described.history.map(presentEvent),
      headers: mailHeaders(message, detail).map(([name, value]) => ({ name, value })),
      facts: presentFacts(described),
    });
  }

  private frame(title: string): PageFrame {
    const { seed: _seed, ...rates } = this.faults.current();
    const active = Object.entries(rates).filter(([, rate]) => rate > 0);
    return {
      title,
      stats: { ...this.inbox.stats(), events: this.webhook?.poster.stats() ?? null },
      faults: namedValues(Object.fromEntries(active)).map(({ name, value }) => `${name} ${value}`),
    };
  }

  private send(reply: FastifyReply, status: number, html: string): void {
    void reply
      .code(status)
      .headers({
        'content-type': 'text/html; charset=utf-8',
        'content-security-policy': PAGE_POLICY,
        'x-content-type-options': 'nosniff',
        'referrer-policy': 'no-referrer',
        'cache-control': 'no-store',
      })
      .send(html);
  }
}
