import { Get, HttpCode, Inject, Post, Req, Res } from '@nestjs/common';
import { ApiOkResponse, ApiOperation } from '@nestjs/swagger';
import { searchSends } from '@qflow/contracts';
import { RpcClient } from '@qflow/messaging';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { MintedIds, type NewIds } from '../idempotency/new-ids.js';
import { Caller } from '../identity/caller.js';
import { AccountController, RequiresComms, RequiresSending } from '../identity/routes.js';
import { Limited } from '../limits/limited.js';
import { ApiPage, linkNext, pageOf } from '../paging/page.js';
import { Problems } from '../problem/problems.js';
import { DescribeItems, ValidItems, type Item } from '../validation/valid-items.js';
import { ValidQuery } from '../validation/valid-query.js';
import { AskSender } from './ask-sender.js';
import { CreateSend, SendResult, SendsQuery, SendSummary } from './send.dto.js';

/** Many sends at once: asking for them, and looking for them. */
@AccountController('Sends', 'comms', 'api/comms/sends', 'comms/v1/api/comms/sends')
export class SendListController {
  constructor(
    @Inject(RpcClient) private readonly rpc: RpcClient,
    @Inject(AskSender) private readonly sender: AskSender,
  ) {}

  @Post()
  @HttpCode(200)
  @RequiresSending()
  @Limited('send')
  @ApiOperation({
    operationId: 'createSends',
    summary: 'Send to up to 200 existing attendees',
    description: [
      'Each item follows the rules of `POST /api/comms/send`. The answer has one result per item, in the same order;',
      'a bad one does not fail the others. The same attendee and template twice are one send.',
    ].join(' '),
  })
  @DescribeItems(CreateSend)
  @ApiOkResponse({ description: 'What became of each.', type: [SendResult] })
  @Problems('validation_error', 'payload_too_large', 'unsupported_media_type')
  create(
    @Caller() { accountId }: Caller,
    @ValidItems(CreateSend) sends: Item<CreateSend>[],
    @MintedIds() ids: NewIds,
  ): Promise<SendResult[]> {
    return this.sender.forMany(accountId, sends, ids);
  }

  @Get()
  @RequiresComms()
  @ApiOperation({
    operationId: 'listSends',
    summary: 'Look for sends',
    description: [
      'Newest first. Filters add up. Where what you look for is rare, a page can have fewer entries than `limit`, even',
      'none, and still a next one: go on until there is no `Link`. The send of a guest that was created this very',
      'moment appears a few milliseconds later; `GET /api/comms/send/{id}` knows it at once.',
    ].join(' '),
  })
  @ApiPage({ description: 'Sends.', type: [SendSummary] })
  @Problems('validation_error')
  async list(
    @Caller() { accountId }: Caller,
    @ValidQuery(SendsQuery) query: SendsQuery,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<SendSummary[]> {
    const { items, next } = await this.rpc.ask(searchSends, {
      accountId,
      attendeeId: query.attendeeId ?? null,
      templateId: query.templateId ?? null,
      status: query.status ?? null,
      correlationId: query.correlationId ?? null,
      ...pageOf(query),
    });
    linkNext(request, reply, next);
    return items;
  }
}
