import { ApiProperty } from '@nestjs/swagger';
import type { DeliveryStatus, SubscriptionStats as StatsContract } from '@qflow/contracts';

/** Query of `GET /api/comms/webhooks/{id}/stats`. */
export class StatsQuery {
  @ApiProperty({
    required: false,
    type: String,
    format: 'date-time',
    maxLength: 40,
    description: 'From then on; the last 24 hours if missing. In an address, `+` is written `%2B`.',
  })
  since?: string;
}

const count = (example: number) => ({ type: 'integer', example }) as const;

export class DeliveriesByStatus implements Record<DeliveryStatus, number> {
  @ApiProperty(count(2))
  pending: number;
  @ApiProperty(count(3))
  retrying: number;
  @ApiProperty(count(980))
  delivered: number;
  @ApiProperty(count(1))
  failed: number;
  @ApiProperty(count(4))
  dead: number;
  @ApiProperty(count(0))
  skipped: number;
}

const ms = (example: number) => ({ type: 'number', example }) as const;

export class LatencyPercentiles {
  @ApiProperty(ms(38))
  p50: number;
  @ApiProperty(ms(120))
  p95: number;
  @ApiProperty(ms(410))
  p99: number;
}

export class LastDeliveryError {
  @ApiProperty({ format: 'date-time' })
  at: string;
  @ApiProperty({
    type: String,
    nullable: true,
    description: 'Stable name of the failure.',
    example: 'http_503',
  })
  code: string | null;
  @ApiProperty({ example: 'the endpoint answered 503' })
  error: string;
  @ApiProperty({ type: 'integer', nullable: true, example: 503 })
  statusCode: number | null;
}

/** How a subscription's deliveries fare. */
export class SubscriptionStats implements StatsContract {
  @ApiProperty({ format: 'date-time', example: '2026-04-28T10:23:00.000Z' })
  since: string;
  @ApiProperty({ format: 'date-time' })
  until: string;
  @ApiProperty({
    ...count(990),
    description: 'Deliveries looked at: the newest 5,000 at the most, without test calls.',
  })
  deliveries: number;
  @ApiProperty({
    description:
      'Whether there are more than were looked at; `since` is then the time of the oldest that was.',
    example: false,
  })
  truncated: boolean;
  @ApiProperty()
  byStatus: DeliveriesByStatus;
  @ApiProperty({
    type: 'number',
    nullable: true,
    description: 'Delivered ÷ (delivered + failed + dead), 0 to 1; null where nothing is over yet.',
    example: 0.995,
  })
  successRate: number | null;
  @ApiProperty({
    type: LatencyPercentiles,
    nullable: true,
    description: 'How long the last attempts took, in milliseconds; null where there was none.',
  })
  latencyMs: LatencyPercentiles | null;
  @ApiProperty({
    type: 'number',
    nullable: true,
    description: 'Attempts per delivery that is over, on average; null where there is none.',
    example: 1.02,
  })
  attemptsPerDelivery: number | null;
  @ApiProperty({
    ...count(5),
    description: 'Deliveries waiting for an attempt just now, counted up to 10,000.',
  })
  waiting: number;
  @ApiProperty({ type: LastDeliveryError, nullable: true, description: 'The newest failure in the range.' })
  lastError: LastDeliveryError | null;
}
