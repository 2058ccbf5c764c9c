import { Get, HttpCode, Inject, Post } from '@nestjs/common';
import { ApiAcceptedResponse, ApiOkResponse, ApiOperation } from '@nestjs/swagger';
import { cancelReplay, listReplays, startReplay } from '@qflow/contracts';
import { RpcClient } from '@qflow/messaging';
import { MintedIds, type NewIds } from '../idempotency/new-ids.js';
import { Caller } from '../identity/caller.js';
import { RequiresComms } from '../identity/routes.js';
import { Problems } from '../problem/problems.js';
import { DescribeGuidParam, GuidParam } from '../validation/guid-params.js';
import { ValidBody } from '../validation/valid-body.js';
import { Replay, StartReplay } from './replay.dto.js';
import { WebhooksController } from './webhooks-controller.js';

/** Delivering a range of the log again, after an outage. */
@WebhooksController()
export class ReplaysController {
  constructor(@Inject(RpcClient) private readonly rpc: RpcClient) {}

  @Post(':id/replay')
  @HttpCode(202)
  @RequiresComms()
  @ApiOperation({
    operationId: 'startReplay',
    summary: 'Deliver a range of events again',
    description: [
      'Oldest first, as new deliveries of the same events with the same webhook ids, marked `X-Qflow-Replay: true`, and',
      'no faster than the replay rate, so that an endpoint that has just come back is not flattened. One replay of a',
      'webhook runs at a time. The log is kept for 30 days, and what is older cannot be replayed.',
    ].join(' '),
  })
  @DescribeGuidParam('id', 'The webhook.')
  @ApiAcceptedResponse({
    description: 'The replay, which goes on by itself. `GET …/replays` tells how far it has come.',
    type: Replay,
  })
  @Problems('not_found', 'webhook_disabled', 'replay_running')
  start(
    @Caller() { accountId }: Caller,
    @GuidParam('id') id: string,
    @ValidBody(StartReplay) { since, until, status }: StartReplay,
    @MintedIds() ids: NewIds,
  ): Promise<Replay> {
    return this.rpc.ask(startReplay, {
      accountId,
      subscriptionId: id,
      id: ids.next(),
      since,
      until: until ?? null,
      status: status ?? null,
    });
  }

  @Get(':id/replays')
  @RequiresComms()
  @ApiOperation({
    operationId: 'listReplays',
    summary: 'List the replays of a webhook',
    description: 'Newest first, the last 50.',
  })
  @DescribeGuidParam('id', 'The webhook.')
  @ApiOkResponse({ description: 'The replays and how far they have come.', type: [Replay] })
  @Problems('not_found')
  list(@Caller() { accountId }: Caller, @GuidParam('id') id: string): Promise<Replay[]> {
    return this.rpc.ask(listReplays, { accountId, subscriptionId: id });
  }

  @Post(':id/replays/:replayId/cancel')
  @HttpCode(200)
  @RequiresComms()
  @ApiOperation({
    operationId: 'cancelReplay',
    summary: 'Stop a replay',
    description:
      'It makes no more deliveries; those it has made are still delivered. One that is over stays as it is.',
  })
  @DescribeGuidParam('id', 'The webhook.')
  @DescribeGuidParam('replayId', 'The replay.')
  @ApiOkResponse({ description: 'The replay as it is now.', type: Replay })
  @Problems('not_found')
  cancel(
    @Caller() { accountId }: Caller,
    @GuidParam('id') id: string,
    @GuidParam('replayId') replayId: string,
  ): Promise<Replay> {
    return this.rpc.ask(cancelReplay, { accountId, subscriptionId: id, id: replayId });
  }
}
