import { Get, HttpCode, Inject, Post, Req, Res } from '@nestjs/common';
import { ApiOkResponse, ApiOperation } from '@nestjs/swagger';
import { sqlOf } from '@qflow/persistence';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { DataSource } from 'typeorm';
import { Caller } from '../identity/caller.js';
import { AccountController, RequiresComms } from '../identity/routes.js';
import { ApiPage, linkNext, pageOf } from '../paging/page.js';
import { Problems } from '../problem/problems.js';
import { DescribeGuidParam, GuidParam } from '../validation/guid-params.js';
import { ValidQuery } from '../validation/valid-query.js';
import { listNotices } from './list-notices.js';
import { Notice, NoticesQuery } from './notice.dto.js';
import { readNotice } from './read-notice.js';

@AccountController('Notices', 'webhooks', 'api', 'comms/v1/api')
export class NoticesController {
  constructor(@Inject(DataSource) private readonly dataSource: DataSource) {}

  @Get('notices')
  @RequiresComms()
  @ApiOperation({
    operationId: 'listNotices',
    summary: 'Read what your account was told about its webhooks',
    description: [
      'Newest first, for 90 days. There is one when a webhook is failing, when it was disabled and when it has',
      "recovered; when it was disabled, the account's users get an e-mail as well.",
    ].join(' '),
  })
  @ApiPage({ description: 'Notices.', type: [Notice] })
  @Problems('validation_error')
  async list(
    @Caller() { accountId }: Caller,
    @ValidQuery(NoticesQuery) query: NoticesQuery,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Notice[]> {
    const unread = query.unread === undefined ? undefined : query.unread === 'true';
    const { items, next } = await listNotices(sqlOf(this.dataSource), accountId, unread, pageOf(query));
    linkNext(request, reply, next);
    return items;
  }

  @Post('notice/:id/read')
  @HttpCode(200)
  @RequiresComms()
  @ApiOperation({
    operationId: 'readNotice',
    summary: 'Mark a notice as read',
    description: 'For the whole account. Once more changes nothing: the first time stays.',
  })
  @DescribeGuidParam('id', 'The notice.')
  @ApiOkResponse({ description: 'The notice, with the time at which it was read.', type: Notice })
  @Problems('validation_error', 'not_found')
  read(@Caller() { accountId }: Caller, @GuidParam('id') id: string): Promise<Notice> {
    return readNotice(sqlOf(this.dataSource), accountId, id);
  }
}
