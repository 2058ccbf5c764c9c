import { Get, HttpCode, Inject, Post } from '@nestjs/common';
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
import { SetWebhook, WebhookDeleted, WebhookTest, WebhookView, WebhookWithSecret } from './webhook.dto.js';

/** An endpoint may take 15 s to answer, and the answer has to travel. */
const testTimeoutMs = 20_000;

@AccountController('Webhook', 'webhooks', 'api/comms/webhook', 'comms/v1/api/comms/webhook')
export class WebhookController {
  constructor(@Inject(RpcClient) private readonly rpc: RpcClient) {}

  @Post()
  @HttpCode(200)
  @RequiresComms()
  @ApiOperation({
    operationId: 'setWebhook',
    summary: 'Register your webhook endpoint',
    description: 'A second call replaces the URL and the secret.',
  })
  @ApiOkResponse({
    description: 'The URL and the secret, which is shown this once.',
    type: WebhookWithSecret,
  })
  @Problems('validation_error', 'payload_too_large', 'unsupported_media_type')
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
  @RequiresComms()
  @ApiOperation({
    operationId: 'rotateWebhookSecret',
    summary: 'Get a new secret',
    description: 'The old one stops at once.',
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
    description: 'Goes through the whole signing pipeline. Answers what became of the first attempt.',
  })
  @ApiOkResponse({
    description: 'What became of the first attempt, whether or not it was delivered.',
    type: WebhookTest,
  })
  @Problems('not_found')
  test(@Caller() { accountId }: Caller): Promise<WebhookTest> {
    return this.rpc.ask(testWebhook, { accountId }, { timeoutMs: testTimeoutMs });
  }

  @Post('delete')
  @HttpCode(200)
  @RequiresComms()
  @ApiOperation({ operationId: 'deleteWebhook', summary: 'Clear the webhook configuration' })
  @ApiOkResponse({ description: 'No more events are sent.', type: WebhookDeleted })
  @Problems('not_found')
  delete(@Caller() { accountId }: Caller): Promise<WebhookDeleted> {
    return this.rpc.ask(deleteWebhook, { accountId });
  }
}
