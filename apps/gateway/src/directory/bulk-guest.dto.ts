import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { ItemError } from '../problem/item-error.js';
import { Guid } from '../validation/fields.js';
import { GuestFields, GuestView } from './guest.dto.js';

/** One item of `POST /api/guests/{eventId}`. */
export class BulkGuest extends GuestFields {
  @Guid({ description: 'May be left out; if given, the event of the address.', optional: true })
  eventId?: string;
}

/** What became of one item of a bulk call. */
export class GuestResult {
  @ApiProperty({ type: 'integer', description: 'Place in the array that was sent.', example: 0 })
  index: number;
  @ApiProperty({
    type: String,
    format: 'uuid',
    nullable: true,
    description: 'Of the guest; of a rejected item the one it came with, if any.',
  })
  id: string | null;
  @ApiProperty({
    enum: ['created', 'existing', 'rejected'],
    description:
      '`created`: stored, its e-mail asked for. `existing`: updated with the fields that were given, nothing sent. `rejected`: nothing stored, see `error`.',
    example: 'created',
  })
  status: 'created' | 'existing' | 'rejected';
  @ApiPropertyOptional({ description: 'As it is stored now, unless rejected.' })
  guest?: GuestView;
  @ApiPropertyOptional({ description: 'Why it was rejected.' })
  error?: ItemError;
}
