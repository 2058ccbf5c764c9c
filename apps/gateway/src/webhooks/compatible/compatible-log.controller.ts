import { Get, HttpCode, Inject, Post, Req, Res } from '@nestjs/common';
import { ApiOkResponse, ApiOperation } from '@nestjs/swagger';
import { eventNameIn, getSubscription, listDeliveries, testSubscription } from '@qflow/contracts';
import { RpcClient } from '@qflow/messaging';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Caller } from '../../identity/caller.js';
import { RequiresComms } from '../../identity/routes.js';
import { linkNext, nextAddress, pageOf } from '../../paging/page.js';
import { Problems } from '../../problem/problems.js';
import { DescribeGuidParam, GuidParam } from '../../validation/guid-params.js';
import { ValidQuery } from '../../validation/valid-query.js';
import { testTimeoutMs } from '../limits.js';
import { CompatibleDeliveriesAnswer } from './compatible-delivery.dto.js';
import { CompatibleController } from './compatible-controller.js';
import { CompatibleDeliveriesQuery } from './compatible-request.dto.js';
import { deliveryOf, testOf } from './compatible-view.js';
import { CompatibleTestAnswer } from './compatible.dto.js';

/** EmailFlow, "Managing subscriptions": the live ping and the delivery log. */
@CompatibleController()
export class CompatibleLogController {
  constructor(@Inject(RpcClient) private readonly rpc: RpcClient) {}

  @Post(':uid/test')
  @HttpCode(200)
  @RequiresComms()
  @ApiOperation({
    operationId: 'testCompatibleWebhook',
    summary: 'Send a signed ping, as EmailFlow does',
    description:
      'Synchronous: the answer is the live result. `success` says that the call went well, `data.status` how the ping fared.',
  })
  @DescribeGuidParam('uid', 'The webhook.')
  @ApiOkResponse({ description: 'What became of the ping.', type: CompatibleTestAnswer })
  @Problems('not_found')
  async test(@Caller() { accountId }: Caller, @GuidParam('uid') id: string): Promise<CompatibleTestAnswer> {
    const result = await this.rpc.ask(testSubscription, { accountId, id }, { timeoutMs: testTimeoutMs });
    return { success: true, data: testOf(result) };
  }

  @Get(':uid/deliveries')
  @RequiresComms()
  @ApiOperation({
    operationId: 'listCompatibleDeliveries',
    summary: 'Read the delivery log of a webhook, as EmailFlow does',
    description: 'Newest first, kept for 30 days, page by page: follow `links.next`, or the `Link` header.',
  })
  @DescribeGuidParam('uid', 'The webhook.')
  @ApiOkResponse({
    description: 'Deliveries with their attempts.',
    type: CompatibleDeliveriesAnswer,
    headers: {
      Link: {
        description: 'The next page, `rel="next"` (RFC 8288); absent on the last one.',
        schema: { type: 'string' },
      },
    },
  })
  @Problems('not_found')
  async list(
    @Caller() { accountId }: Caller,
    @GuidParam('uid') id: string,
    @ValidQuery(CompatibleDeliveriesQuery) query: CompatibleDeliveriesQuery,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<CompatibleDeliveriesAnswer> {
    const page = pageOf(query);
    const filter = { status: query.status ?? null, type: null, since: null, until: null };
    const { format } = await this.rpc.ask(getSubscription, { accountId, id });
    const asked = { accountId, subscriptionId: id, ...filter, ...page };
    const { items, next } = await this.rpc.ask(listDeliveries, asked);
    linkNext(request, reply, next);
    return {
      success: true,
      data: items.map((one) => deliveryOf(one, eventNameIn(format, one))),
      links: { next: next === null ? null : nextAddress(request, next) },
      meta: { limit: page.limit, after: next },
    };
  }
}
