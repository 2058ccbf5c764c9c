import { Get, HttpCode, Inject, Post, Req, Res } from '@nestjs/common';
import { ApiAcceptedResponse, ApiOkResponse, ApiOperation } from '@nestjs/swagger';
import { getDelivery, listDeliveries, retryDelivery } from '@qflow/contracts';
import { RpcClient } from '@qflow/messaging';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { MintedIds, type NewIds } from '../idempotency/new-ids.js';
import { Caller } from '../identity/caller.js';
import { RequiresComms } from '../identity/routes.js';
import { ApiPage, linkNext, pageOf } from '../paging/page.js';
import { Problems } from '../problem/problems.js';
import { DescribeGuidParam, GuidParam } from '../validation/guid-params.js';
import { ValidQuery } from '../validation/valid-query.js';
import { DeliveriesQuery, Delivery, DeliveryDetail } from './delivery.dto.js';
import { WebhooksController } from './webhooks-controller.js';

/** The log of a subscription. */
@WebhooksController()
export class DeliveriesController {
  constructor(@Inject(RpcClient) private readonly rpc: RpcClient) {}

  @Get(':id/deliveries')
  @RequiresComms()
  @ApiOperation({
    operationId: 'listDeliveries',
    summary: 'Read the delivery log of a webhook',
    description: [
      'Newest first, kept for 30 days, each with every attempt: status code, duration, what your endpoint answered, and',
      'when the next one comes. Filters add up.',
    ].join(' '),
  })
  @DescribeGuidParam('id', 'The webhook.')
  @ApiPage({ description: 'Deliveries.', type: [Delivery] })
  @Problems('not_found')
  async list(
    @Caller() { accountId }: Caller,
    @GuidParam('id') id: string,
    @ValidQuery(DeliveriesQuery) query: DeliveriesQuery,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Delivery[]> {
    const { items, next } = await this.rpc.ask(listDeliveries, {
      accountId,
      subscriptionId: id,
      status: query.status ?? null,
      type: query.type ?? null,
      since: query.since ?? null,
      until: query.until ?? null,
      ...pageOf(query),
    });
    linkNext(request, reply, next);
    return items;
  }

  @Get(':id/deliveries/:deliveryId')
  @RequiresComms()
  @ApiOperation({
    operationId: 'getDelivery',
    summary: 'Read one delivery, with its body',
    description:
      'The body is exactly what is posted: compare what your verifier has seen with it, byte for byte.',
  })
  @DescribeGuidParam('id', 'The webhook.')
  @DescribeGuidParam('deliveryId', 'The delivery.')
  @ApiOkResponse({ description: 'The delivery.', type: DeliveryDetail })
  @Problems('not_found')
  get(
    @Caller() { accountId }: Caller,
    @GuidParam('id') id: string,
    @GuidParam('deliveryId') deliveryId: string,
  ): Promise<DeliveryDetail> {
    return this.rpc.ask(getDelivery, { accountId, subscriptionId: id, id: deliveryId });
  }

  @Post(':id/deliveries/:deliveryId/retry')
  @HttpCode(202)
  @RequiresComms()
  @ApiOperation({
    operationId: 'retryDelivery',
    summary: 'Deliver once more, now',
    description: [
      'A delivery that waits for its next attempt gets it now. One that is over, whatever it came to, is repeated by a',
      'new delivery of the same event, with the same webhook id, marked `X-Qflow-Replay: true`.',
    ].join(' '),
  })
  @DescribeGuidParam('id', 'The webhook.')
  @DescribeGuidParam('deliveryId', 'The delivery.')
  @ApiAcceptedResponse({
    description:
      'The delivery that is tried now: the same one, or the one that repeats it. Read it for the outcome.',
    type: Delivery,
  })
  @Problems('not_found', 'webhook_disabled')
  retry(
    @Caller() { accountId }: Caller,
    @GuidParam('id') id: string,
    @GuidParam('deliveryId') deliveryId: string,
    @MintedIds() ids: NewIds,
  ): Promise<Delivery> {
    return this.rpc.ask(retryDelivery, {
      accountId,
      subscriptionId: id,
      id: deliveryId,
      newId: ids.next(),
    });
  }
}
