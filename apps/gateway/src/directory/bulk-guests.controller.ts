import { Get, HttpCode, Inject, Post, Req, Res } from '@nestjs/common';
import { ApiOkResponse, ApiOperation } from '@nestjs/swagger';
import { sqlOf } from '@qflow/persistence';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { DataSource } from 'typeorm';
import { MintedIds, type NewIds } from '../idempotency/new-ids.js';
import { Caller } from '../identity/caller.js';
import { AccountController } from '../identity/routes.js';
import { Limited } from '../limits/limited.js';
import { ApiPage, linkNext } from '../paging/page.js';
import { Problems } from '../problem/problems.js';
import { DescribeGuidParam, GuidParam } from '../validation/guid-params.js';
import { DescribeItems, ValidItems, type Item } from '../validation/valid-items.js';
import { ValidQuery } from '../validation/valid-query.js';
import { AcceptGuests } from './accept-guests.js';
import { BulkGuest, GuestResult } from './bulk-guest.dto.js';
import { Events } from './events.js';
import { checkGuest, GuestView } from './guest.dto.js';
import { GuestsQuery } from './guests.query.js';
import { listGuests } from './list-guests.js';

const bulkRules = [
  'The answer has one result per guest, in the same order; a bad one does not fail the others, and all good ones are',
  'stored together. An `id` that this event has already is an update: fields that are given replace what is stored',
  '(`customFields` as a whole), the others stay, and nothing is sent. New guests follow the rules of `POST /api/guest`.',
].join(' ');

@AccountController('Guests', 'guests', 'api/guests', 'checkin/v1/api/guests')
export class BulkGuestsController {
  constructor(
    @Inject(AcceptGuests) private readonly guests: AcceptGuests,
    @Inject(Events) private readonly events: Events,
    @Inject(DataSource) private readonly dataSource: DataSource,
  ) {}

  @Post(':eventId')
  @HttpCode(200)
  @Limited('guest')
  @ApiOperation({
    operationId: 'createGuests',
    summary: 'Create or update up to 200 guests of an event',
    description: bulkRules,
  })
  @DescribeGuidParam('eventId', 'The event.')
  @DescribeItems(BulkGuest)
  @ApiOkResponse({ description: 'What became of each.', type: [GuestResult] })
  @Problems('validation_error', 'not_found', 'payload_too_large', 'unsupported_media_type')
  create(
    @Caller() { accountId }: Caller,
    @GuidParam('eventId') eventId: string,
    @ValidItems(BulkGuest, checkGuest) guests: Item<BulkGuest>[],
    @MintedIds() ids: NewIds,
  ): Promise<GuestResult[]> {
    return this.guests.accept(accountId, eventId, guests, ids);
  }

  @Get(':eventId')
  @ApiOperation({
    operationId: 'listGuests',
    summary: 'List the guests of an event',
    description:
      'Newest first. A page can have fewer entries than `limit` and still a next one: go on until there is no `Link`.',
  })
  @DescribeGuidParam('eventId', 'The event.')
  @ApiPage({ description: 'Guests.', type: [GuestView] })
  @Problems('validation_error', 'not_found')
  async list(
    @Caller() { accountId }: Caller,
    @GuidParam('eventId') eventId: string,
    @ValidQuery(GuestsQuery) query: GuestsQuery,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<GuestView[]> {
    await this.events.require(accountId, eventId);
    const { items, next } = await listGuests(sqlOf(this.dataSource), accountId, eventId, query);
    linkNext(request, reply, next);
    return items;
  }
}
