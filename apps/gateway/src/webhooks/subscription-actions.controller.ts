import { Get, Header, HttpCode, Inject, Post } from '@nestjs/common';
import { ApiOkResponse, ApiOperation } from '@nestjs/swagger';
import { getSubscriptionStats, rotateSubscription, testSubscription } from '@qflow/contracts';
import { RpcClient } from '@qflow/messaging';
import { MintedIds, type NewIds } from '../idempotency/new-ids.js';
import { Caller } from '../identity/caller.js';
import { RequiresComms } from '../identity/routes.js';
import { Problems } from '../problem/problems.js';
import { DescribeGuidParam, GuidParam } from '../validation/guid-params.js';
import { ValidBody } from '../validation/valid-body.js';
import { ValidQuery } from '../validation/valid-query.js';
import { testTimeoutMs } from './limits.js';
import { StatsQuery, SubscriptionStats } from './stats.dto.js';
import { RotateSecret } from './subscription-request.dto.js';
import { SubscriptionWithSecret } from './subscription.dto.js';
import { WebhookTest } from './test-call.dto.js';
import { WebhooksController } from './webhooks-controller.js';

/** What can be done with a subscription beyond changing it. */
@WebhooksController()
export class SubscriptionActionsController {
  constructor(@Inject(RpcClient) private readonly rpc: RpcClient) {}

  @Post(':id/rotate')
  @HttpCode(200)
  @Header('Cache-Control', 'no-store')
  @RequiresComms()
  @ApiOperation({
    operationId: 'rotateSubscriptionSecret',
    summary: 'Get a new secret for a webhook',
    description: [
      'With `overlapSeconds`, requests carry a signature by either secret until then (`qflow`, `emailflow`: two `v1=`;',
      '`standard`: two signatures, separated by a space; `sendcomms`: the old one in `X-SendComms-Signature-Previous`), so',
      'that your receiver can move to the new one without missing an event. Without it the old one stops at once. Only',
      'the newest two ever sign: a rotation during an overlap ends the one before the last. If the answer did not reach',
      'you, repeat the call with the same `Idempotency-Key` and get the same secret.',
    ].join(' '),
  })
  @DescribeGuidParam('id', 'The webhook.')
  @ApiOkResponse({
    description: 'The webhook, with its new secret, which is shown this once.',
    type: SubscriptionWithSecret,
  })
  @Problems('not_found')
  rotate(
    @Caller() { accountId }: Caller,
    @GuidParam('id') id: string,
    @ValidBody(RotateSecret) { overlapSeconds }: RotateSecret,
    @MintedIds() ids: NewIds,
  ): Promise<SubscriptionWithSecret> {
    return this.rpc.ask(rotateSubscription, {
      accountId,
      id,
      overlapSeconds: overlapSeconds ?? 0,
      rotationId: ids.next(),
    });
  }

  @Post(':id/test')
  @HttpCode(200)
  @RequiresComms()
  @ApiOperation({
    operationId: 'testSubscription',
    summary: 'Fire a test event at a webhook',
    description: [
      'One attempt through the whole signing pipeline, made now, also while the webhook is disabled; it is never',
      'retried and counts neither for nor against it. The answer says how far it came, what to do about a failure, what',
      'was posted and what your endpoint answered. It takes as long as your endpoint does.',
    ].join(' '),
  })
  @DescribeGuidParam('id', 'The webhook.')
  @ApiOkResponse({
    description: 'What became of the attempt, whether or not it was delivered.',
    type: WebhookTest,
  })
  @Problems('not_found')
  test(@Caller() { accountId }: Caller, @GuidParam('id') id: string): Promise<WebhookTest> {
    return this.rpc.ask(testSubscription, { accountId, id }, { timeoutMs: testTimeoutMs });
  }

  @Get(':id/stats')
  @RequiresComms()
  @ApiOperation({
    operationId: 'getSubscriptionStats',
    summary: 'How the deliveries of a webhook fare',
    description: 'Success rate, latency percentiles, what is waiting, and the last error.',
  })
  @DescribeGuidParam('id', 'The webhook.')
  @ApiOkResponse({ description: 'The figures.', type: SubscriptionStats })
  @Problems('not_found')
  stats(
    @Caller() { accountId }: Caller,
    @GuidParam('id') id: string,
    @ValidQuery(StatsQuery) { since }: StatsQuery,
  ): Promise<SubscriptionStats> {
    return this.rpc.ask(getSubscriptionStats, { accountId, subscriptionId: id, since: since ?? null });
  }
}
