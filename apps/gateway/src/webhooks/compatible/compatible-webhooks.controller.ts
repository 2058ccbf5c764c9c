import { Delete, Get, Header, Inject, Patch, Post, Res } from '@nestjs/common';
import { ApiCreatedResponse, ApiOkResponse, ApiOperation } from '@nestjs/swagger';
import {
  createSubscription,
  deleteSubscription,
  getSubscription,
  listSubscriptions,
  updateSubscription,
} from '@qflow/contracts';
import { RpcClient } from '@qflow/messaging';
import type { FastifyReply } from 'fastify';
import { MintedIds, type NewIds } from '../../idempotency/new-ids.js';
import { Caller } from '../../identity/caller.js';
import { RequiresComms } from '../../identity/routes.js';
import { Problems } from '../../problem/problems.js';
import { DescribeGuidParam, GuidParam } from '../../validation/guid-params.js';
import { ValidBody } from '../../validation/valid-body.js';
import { ValidQuery } from '../../validation/valid-query.js';
import { CompatibleController } from './compatible-controller.js';
import { compatiblePath } from './compatible-path.js';
import { CompatibleCreate, CompatibleDeleteQuery, CompatibleUpdate } from './compatible-request.dto.js';
import { webhookOf } from './compatible-view.js';
import {
  CompatibleCreatedAnswer,
  CompatibleDeletedAnswer,
  CompatibleWebhookAnswer,
  CompatibleWebhooksAnswer,
} from './compatible.dto.js';
import { formatOf } from './format-of.js';

/** SendComms, "Managing Webhooks", and EmailFlow, "Managing subscriptions": one answer that serves both. */
@CompatibleController()
export class CompatibleWebhooksController {
  constructor(@Inject(RpcClient) private readonly rpc: RpcClient) {}

  @Get()
  @RequiresComms()
  @ApiOperation({
    operationId: 'listCompatibleWebhooks',
    summary: 'List your webhooks, as SendComms and EmailFlow do',
    description: 'All webhooks of the account, wherever they were made.',
  })
  @ApiOkResponse({ description: 'Oldest first.', type: CompatibleWebhooksAnswer })
  async list(@Caller() { accountId }: Caller): Promise<CompatibleWebhooksAnswer> {
    const subscriptions = await this.rpc.ask(listSubscriptions, { accountId });
    return { success: true, data: subscriptions.map(webhookOf) };
  }

  @Post()
  @Header('Cache-Control', 'no-store')
  @RequiresComms()
  @ApiOperation({
    operationId: 'createCompatibleWebhook',
    summary: 'Create a webhook, as SendComms and EmailFlow do',
    description: [
      'A receiver written for SendComms gets its payloads and `X-SendComms-Signature`. EmailFlow has the same event',
      'names, so for its payloads and `X-EmailFlow-Signature` add `"format": "emailflow"`.',
    ].join(' '),
  })
  @ApiCreatedResponse({
    description: 'The webhook, with the secret, which is shown this once.',
    type: CompatibleCreatedAnswer,
    headers: { Location: { description: 'Its address.', schema: { type: 'string' } } },
  })
  @Problems('webhook_limit')
  async create(
    @Caller() { accountId }: Caller,
    @ValidBody(CompatibleCreate) { url, events, secret, format }: CompatibleCreate,
    @MintedIds() ids: NewIds,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<CompatibleCreatedAnswer> {
    const created = await this.rpc.ask(createSubscription, {
      accountId,
      id: ids.next(),
      url,
      events,
      format: formatOf(format, events),
      secret: secret ?? null,
      description: null,
      headers: {},
      retry: {},
      asymmetric: false,
    });
    void reply.header('Location', `/${compatiblePath}/${created.id}`);
    return { success: true, data: { ...webhookOf(created), secret: created.secret } };
  }

  @Delete()
  @RequiresComms()
  @ApiOperation({
    operationId: 'deleteCompatibleWebhookByQuery',
    summary: 'Delete a webhook, as SendComms does',
    description: 'Its delivery log is deleted with it.',
  })
  @ApiOkResponse({ description: 'It is gone.', type: CompatibleDeletedAnswer })
  @Problems('not_found')
  deleteByQuery(
    @Caller() { accountId }: Caller,
    @ValidQuery(CompatibleDeleteQuery) { id }: CompatibleDeleteQuery,
  ): Promise<CompatibleDeletedAnswer> {
    return this.deleteOne(accountId, id);
  }

  @Get(':uid')
  @RequiresComms()
  @ApiOperation({
    operationId: 'getCompatibleWebhook',
    summary: 'Read a webhook, as EmailFlow does',
    description: 'With its status and its count of failures.',
  })
  @DescribeGuidParam('uid', 'The webhook.')
  @ApiOkResponse({ description: 'The webhook, without its secret.', type: CompatibleWebhookAnswer })
  @Problems('not_found')
  async get(@Caller() { accountId }: Caller, @GuidParam('uid') id: string): Promise<CompatibleWebhookAnswer> {
    return { success: true, data: webhookOf(await this.rpc.ask(getSubscription, { accountId, id })) };
  }

  @Patch(':uid')
  @RequiresComms()
  @ApiOperation({
    operationId: 'updateCompatibleWebhook',
    summary: 'Change a webhook, as EmailFlow does',
    description: 'What is not given stays as it is. The format stays too, whatever the events are called.',
  })
  @DescribeGuidParam('uid', 'The webhook.')
  @ApiOkResponse({ description: 'The webhook as it is now.', type: CompatibleWebhookAnswer })
  @Problems('not_found')
  async update(
    @Caller() { accountId }: Caller,
    @GuidParam('uid') id: string,
    @ValidBody(CompatibleUpdate) changes: CompatibleUpdate,
  ): Promise<CompatibleWebhookAnswer> {
    const updated = await this.rpc.ask(updateSubscription, { accountId, id, ...changes });
    return { success: true, data: webhookOf(updated) };
  }

  @Delete(':uid')
  @RequiresComms()
  @ApiOperation({
    operationId: 'deleteCompatibleWebhook',
    summary: 'Delete a webhook, as EmailFlow does',
    description: 'Its delivery log is deleted with it.',
  })
  @DescribeGuidParam('uid', 'The webhook.')
  @ApiOkResponse({ description: 'It is gone.', type: CompatibleDeletedAnswer })
  @Problems('not_found')
  delete(@Caller() { accountId }: Caller, @GuidParam('uid') id: string): Promise<CompatibleDeletedAnswer> {
    return this.deleteOne(accountId, id);
  }

  private async deleteOne(accountId: string, id: string): Promise<CompatibleDeletedAnswer> {
    const { deleted } = await this.rpc.ask(deleteSubscription, { accountId, id });
    return { success: true, data: { id, uid: id, deleted } };
  }
}
