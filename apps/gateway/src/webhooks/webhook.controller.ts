import { Get, Header, HttpCode, Inject, Post } from '@nestjs/common';
import { ApiOkResponse, ApiOperation } from '@nestjs/swagger';
import {
  CodedError,
  deleteWebhook,
  getWebhook,
  rotateWebhook,
  setWebhook,
  testWebhook,
} from '@qflow/contracts';
import { RpcClient } from '@qflow/messaging';
import { Caller } from '../identity/caller.js';
import { AccountController, RequiresComms } from '../identity/routes.js';
import { Problems } from '../problem/problems.js';
import { ValidBody } from '../validation/valid-body.js';
import { testTimeoutMs } from './limits.js';
import { WebhookTest } from './test-call.dto.js';
import { SetWebhook, WebhookDeleted, WebhookView, WebhookWithSecret } from './webhook.dto.js';

@AccountController('Webhook', 'webhooks', 'api/comms/webhook', 'comms/v1/api/comms/webhook')
export class WebhookController {
  constructor(@Inject(RpcClient) private readonly rpc: RpcClient) {}

  @Post()
  @HttpCode(200)
  @Header('Cache-Control', 'no-store')
  @RequiresComms()
  @ApiOperation({
    operationId: 'setWebhook',
    summary: 'Register your webhook endpoint',
    description: [
      'One address for all events of your account. A second call replaces the URL and the secret, enables the webhook',
      "again, and leaves the rest as it is. It is also the account's default one among several: see",
      '`/api/comms/webhooks` for filters, formats and the delivery log.',
    ].join(' '),
  })
  @ApiOkResponse({
    description: 'The URL and the secret, which is shown this once.',
    type: WebhookWithSecret,
  })
  @Problems('validation_error', 'webhook_limit', 'payload_too_large', 'unsupported_media_type')
  set(
    @Caller() { accountId }: Caller,
    @ValidBody(SetWebhook) { url }: SetWebhook,
  ): Promise<WebhookWithSecret> {
    return this.rpc.ask(setWebhook, { accountId, url });
  }

  @Get()
  @RequiresComms()
  @ApiOperation({ operationId: 'getWebhook', summary: 'Read the registered URL' })
  @ApiOkResponse({ description: 'The URL; the secret is never shown again.', type: WebhookView })
  @Problems('not_found')
  async get(@Caller() { accountId }: Caller): Promise<WebhookView> {
    const webhook = await this.rpc.ask(getWebhook, { accountId });
    if (!webhook) throw new CodedError('not_found', 'No webhook is registered.');
    return { url: webhook.url };
  }

  @Post('rotate')
  @HttpCode(200)
  @Header('Cache-Control', 'no-store')
  @RequiresComms()
  @ApiOperation({
    operationId: 'rotateWebhookSecret',
    summary: 'Get a new secret',
    description:
      'The old one stops at once. For a time in which both sign, use `POST /api/comms/webhooks/{id}/rotate`.',
  })
  @ApiOkResponse({
    description: 'The URL and the secret, which is shown this once.',
    type: WebhookWithSecret,
  })
  @Problems('not_found')
  rotate(@Caller() { accountId }: Caller): Promise<WebhookWithSecret> {
    return this.rpc.ask(rotateWebhook, { accountId });
  }

  @Post('test')
  @HttpCode(200)
  @RequiresComms()
  @ApiOperation({
    operationId: 'testWebhook',
    summary: 'Fire a comms.test event',
    description: [
      'Goes through the whole signing pipeline, waits for your endpoint, and answers what became of it: where it',
      'failed and what to do about it, the request as it was posted, and what your endpoint answered.',
    ].join(' '),
  })
  @ApiOkResponse({
    description: 'What became of the attempt, whether or not it was delivered.',
    type: WebhookTest,
  })
  @Problems('not_found')
  test(@Caller() { accountId }: Caller): Promise<WebhookTest> {
    return this.rpc.ask(testWebhook, { accountId }, { timeoutMs: testTimeoutMs });
  }

  @Post('delete')
  @HttpCode(200)
  @RequiresComms()
  @ApiOperation({
    operationId: 'deleteWebhook',
    summary: 'Clear the webhook configuration',
    description: 'Its delivery log is deleted with it.',
  })
  @ApiOkResponse({ description: 'No more events are sent.', type: WebhookDeleted })
  @Problems('not_found')
  delete(@Caller() { accountId }: Caller): Promise<WebhookDeleted> {
    return this.rpc.ask(deleteWebhook, { accountId });
  }
}
