import { ApiProperty } from '@nestjs/swagger';
import type { DeliveryStatus, ReplayView } from '@qflow/contracts';
import { Instant, OneOf } from '../validation/fields.js';

/** What a delivery can have come to; one that is under way is not repeated. */
const overStatuses = ['delivered', 'failed', 'dead', 'skipped'] as const satisfies readonly DeliveryStatus[];

/** Body of `POST /api/comms/webhooks/{id}/replay`. */
export class StartReplay {
  @Instant({ description: 'Deliveries from then on, by `created`.', example: '2026-04-29T10:00:00.000Z' })
  since: string;
  @Instant({
    description: 'Deliveries before then; now if missing.',
    example: '2026-04-29T12:00:00.000Z',
    optional: true,
  })
  until?: string;
  @OneOf(overStatuses, {
    description: [
      'Only what came to this and has not been recovered by an earlier replay: after an outage, `dead`; after a pause,',
      '`skipped`. Without it everything that is over is delivered again, also what was delivered.',
    ].join(' '),
    example: 'dead',
    optional: true,
  })
  status?: DeliveryStatus;
}

/** A range of deliveries that is delivered again. */
export class Replay implements ReplayView {
  @ApiProperty({ format: 'uuid' })
  id: string;
  @ApiProperty({ format: 'date-time', example: '2026-04-29T10:00:00.000Z' })
  since: string;
  @ApiProperty({ format: 'date-time', example: '2026-04-29T12:00:00.000Z' })
  until: string;
  @ApiProperty({
    type: String,
    enum: [...overStatuses, null],
    nullable: true,
    description: 'Null: every delivery that is over.',
    example: 'dead',
  })
  status: DeliveryStatus | null;
  @ApiProperty({
    enum: ['running', 'done', 'cancelled'],
    description: '`done`: every delivery is made; each has a status of its own in the log.',
    example: 'running',
  })
  state: ReplayView['state'];
  @ApiProperty({ type: 'integer', description: 'Deliveries made so far.', example: 0 })
  deliveries: number;
  @ApiProperty({ format: 'date-time' })
  created: string;
  @ApiProperty({ type: String, format: 'date-time', nullable: true, example: null })
  finished: string | null;
}
