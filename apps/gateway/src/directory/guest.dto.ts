import { ApiProperty } from '@nestjs/swagger';
import type { FieldError } from '@qflow/contracts';
import {
  Barcode,
  Email,
  Guid,
  HeaderText,
  Instant,
  Text,
  TextMap,
  WholeNumber,
} from '../validation/fields.js';

/** What can be said of a guest, wherever it is said. Names stand beside the address in an e-mail's header. */
export class GuestFields {
  @Guid({
    description: 'Your own id. The same one again finds the existing guest, and sends nothing.',
    optional: true,
  })
  id?: string;
  @HeaderText(200, { description: 'Feeds `{{firstname}}`.', example: 'Ada', optional: true })
  firstName?: string;
  @HeaderText(200, { description: 'Feeds `{{othernames}}`.', optional: true })
  otherNames?: string;
  @HeaderText(200, { description: 'Feeds `{{lastname}}`.', example: 'Lovelace', optional: true })
  lastName?: string;
  @Email({
    description: 'Where e-mails go; required with `commsTemplateId`.',
    example: 'ada@example.com',
    optional: true,
  })
  email?: string;
  @WholeNumber(0, 1000, { description: 'Feeds `{{plusones}}`; 0 if missing.', example: 1, optional: true })
  plusOnes?: number;
  @Text(4000, { description: 'Feeds `{{guestnotes}}`.', optional: true })
  additionalInfo?: string;
  @Barcode({
    description: 'Unique in the event; 16 characters A–Z and 0–9 are minted if missing.',
    example: 'K7Q2M9XW4T8B1ZRC',
    optional: true,
  })
  barcode?: string;
  @Text(4000, {
    description:
      'Separated by commas. `{tickettype}VIP` and `{session}Day 1` feed `{{tickets}}` and `{{sessions}}`.',
    example: '{tickettype}VIP,{session}Day 1,speaker',
    optional: true,
  })
  tags?: string;
  @Instant({ description: 'The ticket counts from here.', example: '2026-06-21T17:00:00Z', optional: true })
  validFrom?: string;
  @Instant({
    description: 'The ticket counts until here; not before `validFrom`.',
    example: '2026-06-22T02:00:00Z',
    optional: true,
  })
  validTo?: string;
  @TextMap(
    { entries: 100, valueLength: 2000 },
    { description: '`{"1": "…"}` feeds `{{V_1}}`.', example: { 1: 'Table 7' }, optional: true },
  )
  customFields?: Record<string, string>;
  @Guid({ description: 'Sends this template to the guest at once.', optional: true })
  commsTemplateId?: string;
  @HeaderText(200, {
    description: 'Yours: comes back in every webhook of the send.',
    example: 'order-123',
    optional: true,
  })
  correlationId?: string;
}

/** Body of `POST /api/guest`. */
export class CreateGuest extends GuestFields {
  @Guid({ description: 'One of your events.' })
  eventId: string;
}

/** A guest travels to the sender in one message of at most 1 MiB; this leaves ample room for everything else. */
const maxCustomBytes = 262_144;

export function checkGuest(guest: GuestFields): FieldError[] {
  const { email, commsTemplateId, validFrom, validTo, customFields } = guest;
  const errors: FieldError[] = [];
  const bytes = customFields ? Buffer.byteLength(JSON.stringify(customFields)) : 0;
  if (bytes > maxCustomBytes)
    errors.push({
      path: '/customFields',
      message: `has ${bytes} bytes as JSON, at most ${maxCustomBytes} are allowed`,
    });
  if (commsTemplateId && !email) errors.push({ path: '/email', message: 'is required with commsTemplateId' });
  if (validFrom && validTo && Date.parse(validTo) < Date.parse(validFrom)) errors.push(endsBeforeItStarts);
  return errors;
}

export const endsBeforeItStarts: FieldError = { path: '/validTo', message: 'must not be before validFrom' };

/** An attendee as the API shows it. */
export class GuestView {
  @ApiProperty({ format: 'uuid' })
  id: string;
  @ApiProperty({ format: 'uuid' })
  eventId: string;
  @ApiProperty({ example: 'Ada' })
  firstName: string;
  @ApiProperty({ example: '' })
  otherNames: string;
  @ApiProperty({ example: 'Lovelace' })
  lastName: string;
  @ApiProperty({ type: String, nullable: true, example: 'ada@example.com' })
  email: string | null;
  @ApiProperty({ type: 'integer', example: 1 })
  plusOnes: number;
  @ApiProperty({ example: '' })
  additionalInfo: string;
  @ApiProperty({ example: 'K7Q2M9XW4T8B1ZRC' })
  barcode: string;
  @ApiProperty({ example: '{tickettype}VIP,{session}Day 1,speaker' })
  tags: string;
  @ApiProperty({ type: String, format: 'date-time', nullable: true, example: '2026-06-21T17:00:00.000Z' })
  validFrom: string | null;
  @ApiProperty({ type: String, format: 'date-time', nullable: true, example: null })
  validTo: string | null;
  @ApiProperty({ type: 'object', additionalProperties: { type: 'string' }, example: { 1: 'Table 7' } })
  customFields: Record<string, string>;
  @ApiProperty({
    type: String,
    format: 'uuid',
    nullable: true,
    description: 'The template it was created with.',
  })
  commsTemplateId: string | null;
  @ApiProperty({ type: String, nullable: true, example: 'order-123' })
  correlationId: string | null;
  @ApiProperty({
    type: String,
    format: 'uuid',
    nullable: true,
    description: 'The send that creating this guest asked for: its status is at `/api/comms/send/{id}`.',
  })
  attendeeInvitationId: string | null;
  @ApiProperty({ type: String, enum: ['yes', 'no'], nullable: true, description: "The guest's own answer." })
  rsvp: 'yes' | 'no' | null;
  @ApiProperty({ format: 'date-time', example: '2026-04-29T10:23:00.000Z' })
  created: string;
  @ApiProperty({ format: 'date-time', example: '2026-04-29T10:23:00.000Z' })
  updated: string;
}
