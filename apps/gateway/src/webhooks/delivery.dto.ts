import { ApiProperty } from '@nestjs/swagger';
import {
  deliveryStatuses,
  eventTypes,
  type AttemptView,
  type DeliveryDetail as DetailContract,
  type DeliveryStatus,
  type DeliveryView,
  type EventType,
} from '@qflow/contracts';
import { PageQuery } from '../paging/page.js';

const instant = (description: string) =>
  ({ required: false, type: String, format: 'date-time', maxLength: 40, description }) as const;

/** Query of `GET /api/comms/webhooks/{id}/deliveries`. */
export class DeliveriesQuery extends PageQuery {
  @ApiProperty({ required: false, enum: [...deliveryStatuses], description: 'Only those that stand there.' })
  status?: DeliveryStatus;
  @ApiProperty({ required: false, enum: [...eventTypes], description: 'Only of events of this type.' })
  type?: EventType;
  @ApiProperty(instant('Only from then on, by `created`. In an address, `+` is written `%2B`.'))
  since?: string;
  @ApiProperty(instant('Only before then.'))
  until?: string;
}

const nullable = { type: String, nullable: true } as const;

/** One request to your endpoint and what came of it. */
export class DeliveryAttempt implements AttemptView {
  @ApiProperty({ type: 'integer', description: 'From 1.', example: 1 })
  attempt: number;
  @ApiProperty({ format: 'date-time' })
  at: string;
  @ApiProperty({ type: 'number', example: 41 })
  durationMs: number;
  @ApiProperty({ type: 'integer', nullable: true, description: 'Null where no answer came.', example: 503 })
  statusCode: number | null;
  @ApiProperty({
    ...nullable,
    description: 'Stable name of the failure; null when delivered.',
    example: 'http_503',
  })
  code: string | null;
  @ApiProperty({
    ...nullable,
    description: 'In words; null when delivered.',
    example: 'the endpoint answered 503',
  })
  error: string | null;
  @ApiProperty({
    ...nullable,
    description: "The first kilobytes of the answer's body; null where none came.",
    example: 'try again later',
  })
  answer: string | null;
}

export const deliveryStatus = {
  enum: [...deliveryStatuses],
  enumName: 'DeliveryStatus',
  description: [
    '`pending`: its first attempt is to come or under way. `retrying`: an attempt failed, another one is scheduled.',
    '`delivered`: answered 2xx. `failed`: refused for good. `dead`: every attempt is spent. `skipped`: the subscription',
    'was disabled when the event came.',
  ].join(' '),
};

/** One event for one subscription. */
export class Delivery implements DeliveryView {
  @ApiProperty({ format: 'uuid' })
  id: string;
  @ApiProperty({
    format: 'uuid',
    description:
      'The event: what your receiver sees as the webhook id, the same over all retries and replays.',
  })
  eventId: string;
  @ApiProperty({ type: String, example: 'comms.delivered' })
  type: EventType;
  @ApiProperty({ ...deliveryStatus, example: 'retrying' })
  status: DeliveryStatus;
  @ApiProperty({
    enum: ['event', 'replay', 'test'],
    description: 'Made by the event itself, again on request, or by a test call.',
    example: 'event',
  })
  origin: DeliveryView['origin'];
  @ApiProperty({
    ...nullable,
    format: 'uuid',
    description: 'The delivery that this one repeats; null unless it is a replay.',
    example: null,
  })
  replayOf: string | null;
  @ApiProperty({
    ...nullable,
    format: 'date-time',
    description: 'When a replay of it was delivered; null where none was.',
    example: null,
  })
  recoveredAt: string | null;
  @ApiProperty({ ...nullable, format: 'uuid', description: 'The send; null where it is about none.' })
  attendeeInvitationId: string | null;
  @ApiProperty({ ...nullable, example: 'order-123' })
  correlationId: string | null;
  @ApiProperty({ format: 'date-time' })
  created: string;
  @ApiProperty({ ...nullable, format: 'date-time', description: 'Null where no attempt is to come.' })
  nextAttemptAt: string | null;
  @ApiProperty({ type: [DeliveryAttempt], description: 'Oldest first.' })
  attempts: DeliveryAttempt[];
}

/** With the body as it is posted. */
export class DeliveryDetail extends Delivery implements DetailContract {
  @ApiProperty({
    description: 'Exactly the bytes that are signed and posted, at every attempt.',
    example:
      '{"id":"0197a3c2-7f10-7c3e-9d59-3f1c5a2b7e41","type":"comms.delivered","createdAt":"2026-04-29T10:23:00.000Z","data":{"attendeeId":"0197a3c2-7f10-7c3e-9d59-3f1c5a2b7e41","templateId":"0197a3c2-7f10-7c3e-9d59-3f1c5a2b7e41","attendeeInvitationId":"0197a3c2-7f10-7c3e-9d59-3f1c5a2b7e41","status":"delivered","error":null,"correlationId":"order-123"}}',
  })
  body: string;
}
