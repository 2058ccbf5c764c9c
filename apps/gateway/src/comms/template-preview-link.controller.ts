import { Controller, Get, Res } from '@nestjs/common';
import { ApiOperation, ApiProduces, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { markup } from '../links/html.js';
import { page, pageHeaders } from '../links/page.js';
import { previewLinkPath } from './template-merge.js';

const answerPage = page(
  'This is a preview',
  markup`<p>In the e-mail to a guest, this link asks them to confirm their answer. Here it answers for nobody.</p>`,
);

/** Where the RSVP links of previews and test copies lead. */
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
  @ApiResponse({
    status: 200,
    description: 'A page.',
    content: { 'text/html': { schema: { type: 'string' } } },
  })
  show(@Res({ passthrough: true }) reply: FastifyReply): string {
    void reply.headers(pageHeaders);
    return answerPage;
  }
}
