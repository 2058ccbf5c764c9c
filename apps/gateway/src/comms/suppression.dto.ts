import { ApiProperty } from '@nestjs/swagger';
import type { Suppression as SuppressionContract } from '@qflow/contracts';
import { PageQuery } from '../paging/page.js';
import { Email } from '../validation/fields.js';

/** Query of `GET /api/comms/suppressions`. */
export class SuppressionsQuery extends PageQuery {
  @ApiProperty({
    required: false,
    type: String,
    format: 'email',
    maxLength: 254,
    description: 'Only this address, in any letter case.',
  })
  email?: string;
}

/** Body of `POST /api/comms/suppression/delete`. */
export class DeleteSuppression {
  @Email({ description: 'In any letter case.', example: 'ada@example.com' })
  email: string;
}

export class Suppression implements SuppressionContract {
  @ApiProperty({ description: 'In lower case.', example: 'ada@example.com' })
  email: string;
  @ApiProperty({
    enum: ['bounced', 'dropped', 'spam_reported', 'unsubscribed'],
    description: 'What the send that caused it ended as.',
    example: 'bounced',
  })
  reason: SuppressionContract['reason'];
  @ApiProperty({ format: 'uuid', description: 'The send that caused it.' })
  attendeeInvitationId: string;
  @ApiProperty({ format: 'date-time', example: '2026-04-29T10:23:00.000Z' })
  created: string;
}

export class SuppressionDeleted {
  @ApiProperty({ enum: [true] })
  deleted: true;
}
