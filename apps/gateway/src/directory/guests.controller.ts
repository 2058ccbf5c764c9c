import { Get, HttpCode, Inject, Post } from '@nestjs/common';
import { ApiOkResponse, ApiOperation } from '@nestjs/swagger';
import { sqlOf } from '@qflow/persistence';
import { DataSource } from 'typeorm';
import { MintedIds, type NewIds } from '../idempotency/new-ids.js';
import { Caller } from '../identity/caller.js';
import { AccountController } from '../identity/routes.js';
import { Limited } from '../limits/limited.js';
import { Problems } from '../problem/problems.js';
import { DescribeGuidParam, GuidParam } from '../validation/guid-params.js';
import { ValidBody } from '../validation/valid-body.js';
import { AcceptGuest } from './accept-guest.js';
import { checkGuest, CreateGuest, GuestView } from './guest.dto.js';
import { findGuest, guestView } from './guest-row.js';
import { noSuchGuest } from './refusals.js';

@AccountController('Guests', 'guests', 'api/guest', 'checkin/v1/api/guest')
export class GuestsController {
  constructor(
    @Inject(AcceptGuest) private readonly guests: AcceptGuest,
    @Inject(DataSource) private readonly dataSource: DataSource,
  ) {}

  @Post()
  @HttpCode(200)
  @Limited('guest')
  @ApiOperation({
    operationId: 'createGuest',
    summary: 'Create a guest and, with commsTemplateId, send an e-mail',
    description:
      'With an `id` that exists already, the existing guest is answered as it is and nothing is sent: the request is safe to retry. If anything is refused, nothing is stored.',
  })
  @ApiOkResponse({
    description: 'The guest as it is stored; the e-mail, if any, is on its way.',
    type: GuestView,
  })
  @Problems(
    'validation_error',
    'comms_api_not_enabled',
    'trust_required',
    'not_found',
    'payload_too_large',
    'unsupported_media_type',
    'template_event_mismatch',
  )
  create(
    @Caller() { accountId }: Caller,
    @ValidBody(CreateGuest, checkGuest) guest: CreateGuest,
    @MintedIds() ids: NewIds,
  ): Promise<GuestView> {
    return this.guests.accept(accountId, guest, ids);
  }

  @Get(':id')
  @ApiOperation({ operationId: 'getGuest', summary: 'Get a guest' })
  @DescribeGuidParam('id', 'The attendee.')
  @ApiOkResponse({ description: 'The guest.', type: GuestView })
  @Problems('validation_error', 'not_found')
  async get(@Caller() { accountId }: Caller, @GuidParam('id') id: string): Promise<GuestView> {
    const guest = await findGuest(sqlOf(this.dataSource), accountId, id);
    if (!guest) throw noSuchGuest();
    return guestView(guest);
  }
}
