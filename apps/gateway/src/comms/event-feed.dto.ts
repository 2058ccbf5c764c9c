import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { feedEventTypes, type CommsEventData, type CommsEventV1, type FeedEventType } from '@qflow/contracts';
import { PageQuery } from '../paging/page.js';

/** Query of `GET /api/comms/events`. */
export class EventsQuery extends PageQuery {
  @ApiProperty({ required: false, enum: [...feedEventTypes], description: 'Only events of this type.' })
  type?: FeedEventType;
}

const nullableId = { type: String, format: 'uuid', nullable: true } as const;

export class FeedEventData implements CommsEventData {
  @ApiProperty({ ...nullableId, description: 'Null for the test copy of a template.' })
  attendeeId: string | null;
  @ApiProperty(nullableId)
  templateId: string | null;
  @ApiProperty({ ...nullableId, description: 'The send.' })
  attendeeInvitationId: string | null;
  @ApiProperty({ example: 'delivered' })
  status: string;
  @ApiProperty({ type: String, nullable: true, description: 'Why it failed or was dropped.', example: null })
  error: string | null;
  @ApiProperty({ type: String, nullable: true, example: 'order-123' })
  correlationId: string | null;
  @ApiPropertyOptional({ description: 'Opens and clicks: made by software ahead of the reader.' })
  machine?: boolean;
  @ApiPropertyOptional({ description: 'Clicks: the link.', example: 'https://example.com/' })
  url?: string;
  @ApiPropertyOptional({
    description: 'Events of a contact: the address whose standing changed.',
    example: 'ada@example.com',
  })
  email?: string;
}

/** An event as webhooks carry it. */
export class FeedEvent implements Pick<CommsEventV1, 'id' | 'type' | 'createdAt' | 'data'> {
  @ApiProperty({
    format: 'uuid',
    description: 'The same as `X-Qflow-Webhook-Id`: recognise duplicates by it.',
  })
  id: string;
  @ApiProperty({ type: String, example: 'comms.delivered' })
  type: FeedEventType;
  @ApiProperty({ format: 'date-time', example: '2026-04-29T10:23:00.000Z' })
  createdAt: string;
  @ApiProperty()
  data: FeedEventData;
}

export class EventFeedPage {
  @ApiProperty({ type: [FeedEvent], description: 'In the order in which they were recorded.' })
  events: FeedEvent[];
  @ApiProperty({
    description: 'Where to go on. Given always, so that you can ask again when there was nothing new.',
    example: 'WyI0MiJd',
  })
  after: string;
  @ApiProperty({ description: 'Whether there are more already.' })
  more: boolean;
}
