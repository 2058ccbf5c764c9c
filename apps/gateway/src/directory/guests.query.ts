import { ApiProperty } from '@nestjs/swagger';
import { PageQuery } from '../paging/page.js';
import { barcodePattern } from '../validation/fields.js';

/** Query of `GET /api/guests/{eventId}`. */
export class GuestsQuery extends PageQuery {
  @ApiProperty({
    required: false,
    type: String,
    format: 'email',
    maxLength: 254,
    description: 'Only guests with this address, in any letter case.',
  })
  email?: string;
  @ApiProperty({
    required: false,
    type: String,
    pattern: barcodePattern,
    maxLength: 50,
    description: 'Only the guest with this barcode.',
  })
  barcode?: string;
}
