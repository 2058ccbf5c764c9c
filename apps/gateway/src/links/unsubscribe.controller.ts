import {
  Body,
  Controller,
  Get,
  Headers,
  HttpCode,
  Inject,
  Param,
  Post,
  Res,
  UseFilters,
} from '@nestjs/common';
import { ApiOperation, ApiParam, ApiProduces, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { Problems } from '../problem/problems.js';
import { Links } from './links.js';
import { PageErrors } from './page-errors.js';
import { htmlContent, isPage } from './page-response.js';
import { pageHeaders } from './page.js';
import { readChoice } from './read-choice.js';
import { unknownPage } from './trouble-pages.js';
import { Unsubscribe } from './unsubscribe.js';
import { UnsubscribeForms } from './unsubscribe-form.dto.js';
import { chosenPage, refusedPage, unsubscribePage } from './unsubscribe-pages.js';

const describeToken = { name: 'token', description: 'Signed; comes from the merge token.' };

/** One page for people, which asks and confirms, and one address for mail programs. */
@Controller('unsubscribe')
@UseFilters(PageErrors('an unsubscribe page', 'nothing has been changed yet'))
@ApiTags('Links in e-mails')
@ApiProduces('text/html')
export class UnsubscribeController {
  constructor(
    @Inject(Unsubscribe) private readonly unsubscribe: Unsubscribe,
    @Inject(Links) private readonly links: Links,
  ) {}

  @Get(':token')
  @ApiOperation({
    operationId: 'askUnsubscribe',
    summary: 'Asks the recipient to confirm: {{unsubscribe_link}}',
    description:
      'Changes nothing, because mail scanners open every link. Also the address in the `List-Unsubscribe` header.',
  })
  @ApiParam(describeToken)
  @isPage(200, 'one button to unsubscribe, or that one is unsubscribed and one button to subscribe again.')
  @isPage(404, 'the link is not one of ours.')
  @isPage(503, 'try again.')
  @Problems('validation_error')
  async ask(@Param('token') token: string, @Res({ passthrough: true }) reply: FastifyReply): Promise<string> {
    const link = this.links.readUnsubscribe(token);
    if (!link) return unknown(reply);
    void reply.headers(pageHeaders);
    return unsubscribePage(await this.unsubscribe.look(link), `./${token}`);
  }

  @Post(':token')
  @HttpCode(303)
  @ApiOperation({
    operationId: 'chooseSubscription',
    summary: 'Unsubscribes the recipient, or subscribes them again',
    description: [
      'Mail programs post `List-Unsubscribe=One-Click` (RFC 8058) and get a 200, without redirect, login or cookie; the',
      'page posts a `choice` and is led back to itself. The recipient’s address gets no more e-mails of the account:',
      '`comms.unsubscribed`, `contact.unsubscribed` and a suppression follow, or `contact.subscribed`. The same choice',
      'again changes nothing.',
    ].join(' '),
  })
  @ApiParam(describeToken)
  @UnsubscribeForms()
  @isPage(200, 'a mail program has unsubscribed the recipient.')
  @ApiResponse({
    status: 303,
    description: 'The choice is stored; the page at `Location` shows it.',
    headers: { Location: { schema: { type: 'string' } } },
    content: htmlContent,
  })
  @isPage(400, 'what is wrong with the form; nothing is changed.')
  @isPage(404, 'the link is not one of ours.')
  @isPage(503, 'try again.')
  @Problems('payload_too_large', 'unsupported_media_type')
  async choose(
    @Param('token') token: string,
    @Headers('content-type') contentType: string | undefined,
    @Body() body: unknown,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<string> {
    const link = this.links.readUnsubscribe(token);
    if (!link) return unknown(reply);
    void reply.headers(pageHeaders);
    // Relative, so that it holds behind whatever path a proxy puts before it.
    const target = `./${token}`;
    const posted = await readChoice(contentType, body);
    if ('flaw' in posted) {
      void reply.code(400);
      return refusedPage(posted.flaw, target);
    }
    await this.unsubscribe.choose(link, posted);
    // RFC 8058 §3.1: a mail program is not to be led elsewhere. A browser is, so that a reload posts nothing.
    if (posted.by === 'one-click') void reply.code(200);
    else void reply.header('Location', target);
    return chosenPage(posted.choice, target);
  }
}

function unknown(reply: FastifyReply): string {
  void reply.headers(pageHeaders).code(404);
  return unknownPage();
}
