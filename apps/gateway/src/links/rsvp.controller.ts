import { Controller, Get, HttpCode, Inject, Param, Post, Res, UseFilters } from '@nestjs/common';
import { ApiOperation, ApiParam, ApiProduces, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { Problems } from '../problem/problems.js';
import { Links } from './links.js';
import { pageHeaders } from './page.js';
import { Rsvp, type RsvpLookup } from './rsvp.js';
import { PageErrors } from './page-errors.js';
import { expiredPage, rsvpPage, thanksPage } from './rsvp-pages.js';
import { htmlContent, isPage } from './page-response.js';
import { unknownPage } from './trouble-pages.js';

/** One page for people, which asks and thanks. */
@Controller('rsvp')
@UseFilters(PageErrors('an RSVP page', 'your answer is not noted yet'))
@ApiTags('Links in e-mails')
@ApiProduces('text/html')
export class RsvpController {
  constructor(
    @Inject(Rsvp) private readonly rsvp: Rsvp,
    @Inject(Links) private readonly links: Links,
  ) {}

  @Get(':token')
  @ApiOperation({
    operationId: 'askRsvp',
    summary: 'Asks the guest to confirm: {{rsvplink_yes}} and {{rsvplink_no}}',
    description: 'Changes nothing, because mail scanners open every link.',
  })
  @ApiParam({ name: 'token', description: 'Signed; comes from the merge token.' })
  @isPage(200, 'one button to answer, or the answer and one button to change it.')
  @isPage(404, 'the link is not one of ours.')
  @isPage(410, 'the event is over.')
  @isPage(503, 'try again.')
  @Problems('validation_error')
  async ask(@Param('token') token: string, @Res({ passthrough: true }) reply: FastifyReply): Promise<string> {
    const found = await this.rsvp.look(token);
    if (found.is !== 'open') return refuse(reply, found);
    const { link, invitation } = found;
    void reply.headers(pageHeaders);
    return rsvpPage(invitation, link.answer, {
      yes: `./${this.links.rsvpToken({ ...link, answer: 'yes' })}`,
      no: `./${this.links.rsvpToken({ ...link, answer: 'no' })}`,
    });
  }

  @Post(':token')
  @HttpCode(303)
  @ApiOperation({
    operationId: 'answerRsvp',
    summary: "Stores the guest's answer",
    description: 'The answer is the one the link was made for; what is posted makes no difference.',
  })
  @ApiParam({ name: 'token', description: 'Signed; comes from the merge token.' })
  @ApiResponse({
    status: 303,
    description: 'Noted; the page at `Location` shows it.',
    headers: { Location: { schema: { type: 'string' } } },
    content: htmlContent,
  })
  @isPage(404, 'the link is not one of ours.')
  @isPage(410, 'the event is over.')
  @isPage(503, 'try again.')
  @Problems('validation_error', 'payload_too_large', 'unsupported_media_type')
  async answer(
    @Param('token') token: string,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<string> {
    const found = await this.rsvp.answer(token);
    if (found.is !== 'open') return refuse(reply, found);
    // Relative, so that it holds behind whatever path a proxy puts before it. A reload then shows the answer.
    const target = `./${token}`;
    void reply.headers({ ...pageHeaders, Location: target });
    return thanksPage(found.link.answer, target);
  }
}

function refuse(reply: FastifyReply, found: Exclude<RsvpLookup, { is: 'open' }>): string {
  void reply.headers(pageHeaders).code(found.is === 'expired' ? 410 : 404);
  return found.is === 'expired' ? expiredPage(found.invitation) : unknownPage();
}
