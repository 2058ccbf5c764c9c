import { Controller, Get, HttpCode, Post, Res } from '@nestjs/common';
import { ApiOperation, ApiProduces, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { markup, type Html } from '../links/html.js';
import { isPage } from '../links/page-response.js';
import { page, pageHeaders } from '../links/page.js';
import { Problems } from '../problem/problems.js';
import { previewLinkPath, previewUnsubscribePath } from './template-merge.js';

const previewPage = (text: Html): string => page('This is a preview', text);

const answerPage = previewPage(
  markup`<p>In the e-mail to a guest, this link asks them to confirm their answer. Here it answers for nobody.</p>`,
);
const unsubscribePage = previewPage(
  markup`<p>In the e-mail to a guest, this link lets them unsubscribe from your e-mails. Here it unsubscribes
nobody.</p>`,
);

/** Where the links of previews and test copies lead that would do something in the e-mail to a guest. */
@Controller()
@ApiTags('Links in e-mails')
@ApiProduces('text/html')
export class TemplatePreviewLinkController {
  @Get(previewLinkPath)
  @ApiOperation({
    operationId: 'showPreviewLink',
    summary: 'Where RSVP links of previews and test copies lead',
    description: 'A page that says so. It answers for nobody.',
  })
  @isPage(200, 'what this link is for.')
  show(@Res({ passthrough: true }) reply: FastifyReply): string {
    void reply.headers(pageHeaders);
    return answerPage;
  }

  @Get(previewUnsubscribePath)
  @ApiOperation({
    operationId: 'showPreviewUnsubscribe',
    summary: 'Where links to unsubscribe of previews and test copies lead',
    description: 'A page that says so. It unsubscribes nobody.',
  })
  @isPage(200, 'what this link is for.')
  showUnsubscribe(@Res({ passthrough: true }) reply: FastifyReply): string {
    void reply.headers(pageHeaders);
    return unsubscribePage;
  }

  @Post(previewUnsubscribePath)
  @HttpCode(200)
  @ApiOperation({
    operationId: 'postPreviewUnsubscribe',
    summary: 'Takes what mail programs post to the link of a test copy',
    description: 'The same page, whatever is posted (RFC 8058). It unsubscribes nobody.',
  })
  @isPage(200, 'what this link is for.')
  @Problems('validation_error', 'payload_too_large', 'unsupported_media_type')
  postUnsubscribe(@Res({ passthrough: true }) reply: FastifyReply): string {
    return this.showUnsubscribe(reply);
  }
}
