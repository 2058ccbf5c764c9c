import { Controller, Get, HttpCode, Inject, Param, Post, Res, UseFilters } from '@nestjs/common';
import { ApiOperation, ApiParam, ApiProduces, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { pageHeaders } from './page.js';
import { Rsvp, type RsvpLookup } from './rsvp.js';
import { RsvpErrorFilter } from './rsvp-error.filter.js';
import { askPage, expiredPage, thanksPage, unknownPage } from './rsvp-pages.js';

const htmlContent = { 'text/html': { schema: { type: 'string' as const } } };

/** Two pages for people: one asks, one thanks. */
@Controller('rsvp')
@UseFilters(RsvpErrorFilter)
@ApiTags('Links in e-mails')
@ApiProduces('text/html')
export class RsvpController {
  constructor(@Inject(Rsvp) private readonly rsvp: Rsvp) {}

  @Get(':token')
  @ApiOperation({
    operationId: 'askRsvp',
    summary: 'Asks the guest to confirm: `{{rsvplink_yes}}` and `{{rsvplink_no}}`',
    description: 'Changes nothing, because mail scanners open every link.',
  })
  @ApiParam({ name: 'token', description: 'Signed; comes from the merge token.' })
  @ApiResponse({ status: 200, description: 'A page with one button.', content: htmlContent })
  @ApiResponse({ status: 404, description: 'A page: the link is not one of ours.', content: htmlContent })
  @ApiResponse({ status: 410, description: 'A page: the event is over.', content: htmlContent })
  @ApiResponse({ status: 503, description: 'A page: try again.', content: htmlContent })
  async ask(@Param('token') token: string, @Res({ passthrough: true }) reply: FastifyReply): Promise<string> {
    return answerWith(reply, await this.rsvp.look(token), ({ invitation, link }) =>
      askPage(invitation, link.answer),
    );
  }

  @Post(':token')
  @HttpCode(200)
  @ApiOperation({ operationId: 'answerRsvp', summary: "Stores the guest's answer" })
  @ApiParam({ name: 'token', description: 'Signed; comes from the merge token.' })
  @ApiResponse({ status: 200, description: 'A page that says thank you.', content: htmlContent })
  @ApiResponse({ status: 404, description: 'A page: the link is not one of ours.', content: htmlContent })
  @ApiResponse({ status: 410, description: 'A page: the event is over.', content: htmlContent })
  @ApiResponse({ status: 503, description: 'A page: try again.', content: htmlContent })
  async answer(
    @Param('token') token: string,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<string> {
    return answerWith(reply, await this.rsvp.answer(token), ({ invitation, link }) =>
      thanksPage(invitation, link.answer),
    );
  }
}

function answerWith(
  reply: FastifyReply,
  found: RsvpLookup,
  open: (found: RsvpLookup & { is: 'open' }) => string,
): string {
  void reply.headers(pageHeaders);
  switch (found.is) {
    case 'open':
      return open(found);
    case 'expired':
      void reply.code(410);
      return expiredPage();
    case 'unknown':
      void reply.code(404);
      return unknownPage();
  }
}
