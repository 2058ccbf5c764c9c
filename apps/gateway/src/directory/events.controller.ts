import { HttpCode, Inject, Post } from '@nestjs/common';
import { ApiOkResponse, ApiOperation } from '@nestjs/swagger';
import { sqlOf } from '@qflow/persistence';
import { DataSource } from 'typeorm';
import { Caller } from '../identity/caller.js';
import { AccountController } from '../identity/routes.js';
import { Problems } from '../problem/problems.js';
import { ValidBody } from '../validation/valid-body.js';
import { createEvent } from './create-event.js';
import { checkEvent, CreateEvent, EventView } from './event.dto.js';

@AccountController('Events', 'guests', 'api/event', 'checkin/v1/api/event')
export class EventsController {
  constructor(@Inject(DataSource) private readonly dataSource: DataSource) {}

  @Post()
  @HttpCode(200)
  @ApiOperation({
    operationId: 'createEvent',
    summary: 'Create an event',
    description: 'With an `id` that exists already, the existing event is answered as it is.',
  })
  @ApiOkResponse({ description: 'The event as it is stored.', type: EventView })
  @Problems('validation_error', 'payload_too_large', 'unsupported_media_type')
  create(
    @Caller() { accountId }: Caller,
    @ValidBody(CreateEvent, checkEvent) event: CreateEvent,
  ): Promise<EventView> {
    return createEvent(sqlOf(this.dataSource), accountId, event);
  }
}
