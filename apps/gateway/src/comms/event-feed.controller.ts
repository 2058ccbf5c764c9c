import { Get, Inject } from '@nestjs/common';
import { ApiOkResponse, ApiOperation } from '@nestjs/swagger';
import { Caller } from '../identity/caller.js';
import { AccountController, RequiresComms } from '../identity/routes.js';
import { Problems } from '../problem/problems.js';
import { ValidQuery } from '../validation/valid-query.js';
import { EventFeedPage, EventsQuery } from './event-feed.dto.js';
import { EventFeed } from './event-feed.js';

@AccountController('Event feed', 'comms', 'api/comms/events', 'comms/v1/api/comms/events')
export class EventFeedController {
  constructor(@Inject(EventFeed) private readonly feed: EventFeed) {}

  @Get()
  @RequiresComms()
  @ApiOperation({
    operationId: 'listCommsEvents',
    summary: 'Read every event of your sends and contacts, in order',
    description: [
      'The payloads of your webhooks, whether or not one is registered, kept for 30 days: for reconciling by polling',
      'after an outage. Begin without `after`, store the `after` of each answer and go on from there; no event is ever',
      'skipped. Ask again at once while `more` is true, whether or not a page has events. What is about your endpoints',
      '(`endpoint.*`) is in your notices instead.',
    ].join(' '),
  })
  @ApiOkResponse({ description: 'The next events.', type: EventFeedPage })
  @Problems('validation_error')
  read(@Caller() { accountId }: Caller, @ValidQuery(EventsQuery) query: EventsQuery): Promise<EventFeedPage> {
    return this.feed.read(accountId, query);
  }
}
