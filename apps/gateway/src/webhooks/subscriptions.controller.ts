import { Body, Delete, Get, Header, Inject, Patch, Post, Req, Res } from '@nestjs/common';
import { ApiCreatedResponse, ApiOkResponse, ApiOperation } from '@nestjs/swagger';
import {
  createSubscription,
  deleteSubscription,
  getSubscription,
  listSubscriptions,
  updateSubscription,
} from '@qflow/contracts';
import { RpcClient } from '@qflow/messaging';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { MintedIds, type NewIds } from '../idempotency/new-ids.js';
import { Caller } from '../identity/caller.js';
import { RequiresComms } from '../identity/routes.js';
import { Problems } from '../problem/problems.js';
import { pathOf } from '../problem/refuse-early.js';
import { DescribeGuidParam, GuidParam } from '../validation/guid-params.js';
import { ValidBody } from '../validation/valid-body.js';
import { ValidQuery } from '../validation/valid-query.js';
import { rulesOf } from './retry-rules.dto.js';
import {
  CreateSubscription,
  DeleteSubscriptionQuery,
  UpdateSubscription,
} from './subscription-request.dto.js';
import {
  Subscription,
  SubscriptionDeleted,
  SubscriptionUpdated,
  SubscriptionWithSecret,
} from './subscription.dto.js';
import { WebhooksController } from './webhooks-controller.js';

@WebhooksController()
export class SubscriptionsController {
  constructor(@Inject(RpcClient) private readonly rpc: RpcClient) {}

  @Get()
  @RequiresComms()
  @ApiOperation({
    operationId: 'listSubscriptions',
    summary: 'List your webhooks',
    description: 'Oldest first, the single webhook of `/api/comms/webhook` among them.',
  })
  @ApiOkResponse({ description: 'All of them; secrets are never shown again.', type: [Subscription] })
  list(@Caller() { accountId }: Caller): Promise<Subscription[]> {
    return this.rpc.ask(listSubscriptions, { accountId });
  }

  @Post()
  @Header('Cache-Control', 'no-store')
  @RequiresComms()
  @ApiOperation({
    operationId: 'createSubscription',
    summary: 'Create a webhook',
    description: [
      'Beside the single webhook, an account can have several, each with its own address, events, format, headers and',
      'retry rules; 20 in all unless the operator says otherwise. Events are posted to it from now on: what came before',
      'is in `GET /api/comms/events`. Then fire `POST /api/comms/webhooks/{id}/test`.',
    ].join(' '),
  })
  @ApiCreatedResponse({
    description: 'The webhook, with the secret, which is shown this once.',
    type: SubscriptionWithSecret,
    headers: { Location: { description: 'Its address.', schema: { type: 'string' } } },
  })
  @Problems('webhook_limit')
  async create(
    @Caller() { accountId }: Caller,
    @ValidBody(CreateSubscription) body: CreateSubscription,
    @MintedIds() ids: NewIds,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<SubscriptionWithSecret> {
    const created = await this.rpc.ask(createSubscription, {
      accountId,
      id: ids.next(),
      url: body.url,
      events: body.events ?? null,
      format: body.format ?? 'qflow',
      secret: body.secret ?? null,
      description: body.description ?? null,
      headers: body.headers ?? {},
      retry: rulesOf(body.retry ?? {}),
      asymmetric: body.asymmetric ?? false,
    });
    void reply.header('Location', `${pathOf(request)}/${created.id}`);
    return created;
  }

  @Get(':id')
  @RequiresComms()
  @ApiOperation({
    operationId: 'getSubscription',
    summary: 'Read a webhook',
    description:
      'How it is set up, and how it stands: failures in a row, the last success, why it is disabled.',
  })
  @DescribeGuidParam('id', 'The webhook.')
  @ApiOkResponse({ description: 'The webhook, without its secret.', type: Subscription })
  @Problems('not_found')
  get(@Caller() { accountId }: Caller, @GuidParam('id') id: string): Promise<Subscription> {
    return this.rpc.ask(getSubscription, { accountId, id });
  }

  @Patch(':id')
  @RequiresComms()
  @ApiOperation({
    operationId: 'updateSubscription',
    summary: 'Change a webhook, pause it, or take it up again',
    description: [
      'What is not given stays as it is, and so do `format` and `secret` (`POST …/rotate` makes a new one). `active: true` clears the failures of a webhook that was disabled, and',
      '`missed` tells whether a replay has something to bring.',
    ].join(' '),
  })
  @DescribeGuidParam('id', 'The webhook.')
  @ApiOkResponse({ description: 'The webhook as it is now.', type: SubscriptionUpdated })
  @Problems('not_found')
  update(
    @Caller() { accountId }: Caller,
    @GuidParam('id') id: string,
    @ValidBody(UpdateSubscription) { retry, ...changes }: UpdateSubscription,
    @Body('description') description: unknown,
  ): Promise<SubscriptionUpdated> {
    return this.rpc.ask(updateSubscription, {
      accountId,
      id,
      ...changes,
      // The only field that can be taken away: elsewhere null means the same as nothing.
      ...(description === null && { description }),
      ...(retry && { retry: rulesOf(retry) }),
    });
  }

  @Delete(':id')
  @RequiresComms()
  @ApiOperation({
    operationId: 'deleteSubscription',
    summary: 'Delete a webhook',
    description: 'No more events are sent to it, and its delivery log is deleted.',
  })
  @DescribeGuidParam('id', 'The webhook.')
  @ApiOkResponse({ description: 'It is gone.', type: SubscriptionDeleted })
  @Problems('not_found')
  delete(@Caller() { accountId }: Caller, @GuidParam('id') id: string): Promise<SubscriptionDeleted> {
    return this.rpc.ask(deleteSubscription, { accountId, id });
  }

  @Delete()
  @RequiresComms()
  @ApiOperation({
    operationId: 'deleteSubscriptionByQuery',
    summary: 'Delete a webhook, named in the query',
    description: 'The same as `DELETE /api/comms/webhooks/{id}`.',
  })
  @ApiOkResponse({ description: 'It is gone.', type: SubscriptionDeleted })
  @Problems('not_found')
  deleteByQuery(
    @Caller() { accountId }: Caller,
    @ValidQuery(DeleteSubscriptionQuery) { id }: DeleteSubscriptionQuery,
  ): Promise<SubscriptionDeleted> {
    return this.rpc.ask(deleteSubscription, { accountId, id });
  }
}
