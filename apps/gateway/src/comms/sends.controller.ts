import { Get, HttpCode, Inject, Post } from '@nestjs/common';
import { ApiOkResponse, ApiOperation } from '@nestjs/swagger';
import { MintedIds, type NewIds } from '../idempotency/new-ids.js';
import { Caller } from '../identity/caller.js';
import { AccountController, RequiresComms, RequiresSending } from '../identity/routes.js';
import { Limited } from '../limits/limited.js';
import { Problems } from '../problem/problems.js';
import { DescribeGuidParam, GuidParam } from '../validation/guid-params.js';
import { ValidBody } from '../validation/valid-body.js';
import { AskSender } from './ask-sender.js';
import { CreateSend, SendTicket, SendView } from './send.dto.js';
import { SendHistory } from './send-history.js';

@AccountController('Sends', 'comms', 'api/comms/send', 'comms/v1/api/comms/send')
export class SendsController {
  constructor(
    @Inject(AskSender) private readonly sender: AskSender,
    @Inject(SendHistory) private readonly history: SendHistory,
  ) {}

  @Post()
  @HttpCode(200)
  @RequiresSending()
  @Limited('send')
  @ApiOperation({
    operationId: 'createSend',
    summary: 'Send a template to an existing attendee',
    description: [
      'The newest send of the same attendee and template decides. None, delivered or failed in a transient way: the',
      'e-mail is sent. Still on its way: that send is answered and nothing new is sent. Bounced, dropped, reported',
      'as spam or unsubscribed, or the address is on your suppression list: 422.',
    ].join(' '),
  })
  @ApiOkResponse({
    description: 'The send that was asked for, or the one still on its way.',
    type: SendTicket,
  })
  @Problems(
    'validation_error',
    'not_found',
    'payload_too_large',
    'unsupported_media_type',
    'previous_send_permanently_failed',
    'template_event_mismatch',
  )
  send(
    @Caller() { accountId }: Caller,
    @ValidBody(CreateSend) send: CreateSend,
    @MintedIds() ids: NewIds,
  ): Promise<SendTicket> {
    return this.sender.forOne(accountId, send, ids);
  }

  @Get(':id')
  @RequiresComms()
  @ApiOperation({ operationId: 'getSend', summary: 'Status and history of a send' })
  @DescribeGuidParam('id', 'The `attendeeInvitationId`.')
  @ApiOkResponse({ description: 'The send.', type: SendView })
  @Problems('validation_error', 'not_found')
  get(@Caller() { accountId }: Caller, @GuidParam('id') id: string): Promise<SendView> {
    return this.history.of(accountId, id);
  }
}
