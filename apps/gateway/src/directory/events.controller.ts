import { Get, HttpCode, Inject, Post, Put, Req, Res } from '@nestjs/common';
import { ApiOkResponse, ApiOperation } from '@nestjs/swagger';
import { sqlOf } from '@qflow/persistence';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { DataSource } from 'typeorm';
import { MintedIds, type NewIds } from '../idempotency/new-ids.js';
import { Caller } from '../identity/caller.js';
import { AccountController } from '../identity/routes.js';
import { ApiPage, linkNext, pageOf, PageQuery } from '../paging/page.js';
import { Problems } from '../problem/problems.js';
import { DescribeGuidParam, GuidParam } from '../validation/guid-params.js';
import { ValidBody } from '../validation/valid-body.js';
import { ValidQuery } from '../validation/valid-query.js';
import { createEvent } from './create-event.js';
import { checkEvent, CreateEvent, EventView, ReplaceEvent } from './event.dto.js';
import { Events } from './events.js';
import { findEvent, noSuchEvent } from './find-event.js';
import { listEvents } from './list-events.js';

@AccountController('Events', 'guests', 'api', 'checkin/v1/api')
export class EventsController {
  constructor(
    @Inject(DataSource) private readonly dataSource: DataSource,
    @Inject(Events) private readonly events: Events,
  ) {}

  @Post('event')
  @HttpCode(200)
  @ApiOperation({
    operationId: 'createEvent',
    summary: 'Create an event',
    description:
      'With an `id` that exists already, the existing event is answered as it is: to change it, use `PUT`.',
  })
  @ApiOkResponse({ description: 'The event as it is stored.', type: EventView })
  @Problems('validation_error', 'payload_too_large', 'unsupported_media_type')
  create(
    @Caller() { accountId }: Caller,
    @ValidBody(CreateEvent, checkEvent) event: CreateEvent,
    @MintedIds() ids: NewIds,
  ): Promise<EventView> {
    return createEvent(sqlOf(this.dataSource), accountId, { ...event, id: event.id ?? ids.next() });
  }

  @Get('events')
  @ApiOperation({ operationId: 'listEvents', summary: 'List your events', description: 'Newest first.' })
  @ApiPage({ description: 'Events.', type: [EventView] })
  @Problems('validation_error')
  async list(
    @Caller() { accountId }: Caller,
    @ValidQuery(PageQuery) query: PageQuery,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<EventView[]> {
    const { items, next } = await listEvents(sqlOf(this.dataSource), accountId, pageOf(query));
    linkNext(request, reply, next);
    return items;
  }

  @Get('event/:id')
  @ApiOperation({ operationId: 'getEvent', summary: 'Get an event' })
  @DescribeGuidParam('id', 'The event.')
  @ApiOkResponse({ description: 'The event.', type: EventView })
  @Problems('validation_error', 'not_found')
  async get(@Caller() { accountId }: Caller, @GuidParam('id') id: string): Promise<EventView> {
    const event = await findEvent(sqlOf(this.dataSource), accountId, id);
    if (!event) throw noSuchEvent();
    return event;
  }

  @Put('event/:id')
  @ApiOperation({
    operationId: 'replaceEvent',
    summary: 'Change an event',
    description:
      'Replaces every field: one that is missing is emptied. E-mails that were asked for before still show the event as it was then; RSVP links in them follow it to a later end.',
  })
  @DescribeGuidParam('id', 'The event.')
  @ApiOkResponse({ description: 'The event as it is stored.', type: EventView })
  @Problems('validation_error', 'not_found', 'payload_too_large', 'unsupported_media_type')
  replace(
    @Caller() { accountId }: Caller,
    @GuidParam('id') id: string,
    @ValidBody(ReplaceEvent, checkEvent) event: ReplaceEvent,
  ): Promise<EventView> {
    return this.events.replace(accountId, id, event);
  }
}
