import { ApiProperty } from '@nestjs/swagger';
import type { DeliveryStatus } from '@qflow/contracts';
import { deliveryStatus } from '../delivery.dto.js';
import { Envelope } from './compatible.dto.js';

export class CompatibleAttempt {
  @ApiProperty({ type: 'integer', description: 'From 1.', example: 1 })
  attempt: number;
  @ApiProperty({ enum: ['delivered', 'failed'], example: 'failed' })
  status: 'delivered' | 'failed';
  @ApiProperty({ type: 'integer', nullable: true, description: 'Null where no answer came.', example: 503 })
  response_code: number | null;
  @ApiProperty({ type: String, nullable: true, description: 'How the answer begins.', example: 'try again' })
  response_body: string | null;
  @ApiProperty({ type: 'number', example: 41 })
  duration_ms: number;
  @ApiProperty({ type: String, nullable: true, example: 'the endpoint answered 503' })
  error: string | null;
  @ApiProperty({ type: String, nullable: true, description: 'Its stable name.', example: 'http_503' })
  error_code: string | null;
  @ApiProperty({ format: 'date-time' })
  attempted_at: string;
}

/** A delivery as the log of EmailFlow has one. */
export class CompatibleDelivery {
  @ApiProperty({ format: 'uuid' })
  id: string;
  @ApiProperty({ format: 'uuid', description: 'The event.' })
  event_id: string;
  @ApiProperty({ description: "In the words of the webhook's format.", example: 'email.delivered' })
  event: string;
  @ApiProperty({ ...deliveryStatus, example: 'retrying' })
  status: DeliveryStatus;
  @ApiProperty({ type: 'integer', nullable: true, description: 'Of the latest attempt.', example: 503 })
  response_code: number | null;
  @ApiProperty({
    type: 'number',
    nullable: true,
    description: 'Of the latest attempt; null where there was none.',
    example: 41,
  })
  duration_ms: number | null;
  @ApiProperty({ type: 'integer', description: 'Attempts so far.', example: 1 })
  attempt_count: number;
  @ApiProperty({ type: [CompatibleAttempt], description: 'Oldest first.' })
  attempts: CompatibleAttempt[];
  @ApiProperty({
    type: String,
    format: 'date-time',
    nullable: true,
    description: 'Null where none is to come.',
  })
  next_attempt_at: string | null;
  @ApiProperty({ format: 'date-time' })
  created_at: string;
}

export class CompatiblePageLinks {
  @ApiProperty({
    type: String,
    nullable: true,
    description: 'Address of the next page; null on the last one.',
    example: '/api/v1/webhooks/0197a3c2-7f10-7c3e-9d59-3f1c5a2b7e41/deliveries?after=WyI0MiJd',
  })
  next: string | null;
}

export class CompatiblePageMeta {
  @ApiProperty({ type: 'integer', description: 'Entries at the most.', example: 50 })
  limit: number;
  @ApiProperty({
    type: String,
    nullable: true,
    description: '`after` of the next page; null on the last one.',
    example: 'WyI0MiJd',
  })
  after: string | null;
}

export class CompatibleDeliveriesAnswer extends Envelope {
  @ApiProperty({ type: [CompatibleDelivery], description: 'Newest first.' })
  data: CompatibleDelivery[];
  @ApiProperty()
  links: CompatiblePageLinks;
  @ApiProperty()
  meta: CompatiblePageMeta;
}
