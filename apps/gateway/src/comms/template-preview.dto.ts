import { ApiProperty, PickType } from '@nestjs/swagger';
import {
  sendStates,
  type FieldError,
  type SendState,
  type TemplatePreview as PreviewContract,
} from '@qflow/contracts';
import { checkGuest, GuestFields } from '../directory/guest.dto.js';
import {
  Barcode,
  Email,
  Guid,
  HeaderText,
  LocalDateTime,
  Nested,
  TimeZone,
  WholeNumber,
} from '../validation/fields.js';

/** What to pretend of the event; what is missing is the real one's. */
export class SampleEvent {
  @HeaderText(300, { description: 'Feeds `{{event}}`.', example: 'Summer Gala', optional: true })
  title?: string;
  @LocalDateTime({
    description: 'Feeds `{{date}}` and `{{starttime}}`.',
    example: '2026-06-21T19:30',
    optional: true,
  })
  startTime?: string;
  @LocalDateTime({ description: 'Feeds `{{endtime}}`.', example: '2026-06-21T23:00', optional: true })
  endTime?: string;
  @TimeZone({ description: 'IANA name.', example: 'Europe/London', optional: true })
  timeZoneId?: string;
  @HeaderText(300, { description: 'Feeds `{{companyname}}`.', example: 'Analytical Events', optional: true })
  companyName?: string;
}

/** A made-up guest: the fields of `POST /api/guest` that templates can show, by the same rules. */
export class SampleData extends PickType(GuestFields, [
  'firstName',
  'otherNames',
  'lastName',
  'plusOnes',
  'additionalInfo',
  'tags',
  'customFields',
]) {
  @Email({ description: 'Feeds `{{email}}`.', example: 'ada@example.com', optional: true })
  email?: string;
  @Barcode({
    description: 'Feeds `{{barcode}}` and `{{barcode_qr}}`; an example if missing.',
    example: 'K7Q2M9XW4T8B1ZRC',
    optional: true,
  })
  barcode?: string;
  @Nested(() => SampleEvent, {
    description: "What to pretend of the event; what is missing is the real one's.",
    optional: true,
  })
  event?: SampleEvent;
}

/** Body of `POST /api/comms/template/{id}/preview`. */
export class PreviewTemplate {
  @Guid({
    description: "A guest of the template's event, who is shown as they are. Not together with `data`.",
    example: null,
    optional: true,
  })
  attendeeId?: string;
  @WholeNumber(1, 2 ** 31 - 1, { description: 'The newest one if missing.', example: 1, optional: true })
  version?: number;
  @Nested(() => SampleData, {
    description:
      'A made-up guest: fields that are missing are empty, as they would be of a guest created without them. With neither `data` nor `attendeeId` a guest is shown who has everything.',
    optional: true,
  })
  data?: SampleData;
}

/** Body of `POST /api/comms/template/{id}/test`. */
export class TestTemplate extends PreviewTemplate {
  @Guid({
    description: 'Your own id. The same one again answers with the first copy, and sends nothing.',
    optional: true,
  })
  id?: string;
}

export function checkPreview({ attendeeId, data }: PreviewTemplate): FieldError[] {
  if (!data) return [];
  const errors = checkGuest({ customFields: data.customFields ?? undefined }).map(({ path, message }) => ({
    path: `/data${path}`,
    message,
  }));
  return attendeeId ? [...errors, { path: '/data', message: 'must not be there with attendeeId' }] : errors;
}

/** What an e-mail would be, by the very renderer that sends. */
export class TemplatePreview implements PreviewContract {
  @ApiProperty({ type: 'integer', example: 1 })
  version: number;
  @ApiProperty({ example: 'Your ticket for Summer Gala — Ada' })
  subject: string;
  @ApiProperty({ example: '<p>Hello Ada</p>' })
  html: string;
  @ApiProperty({ description: 'The plain-text part.', example: 'Hello Ada' })
  text: string;
  @ApiProperty({
    type: [String],
    description: 'Tokens of the template that are empty for these data, or not known at all.',
    example: ['V_7'],
  })
  missingTokens: string[];
}

/** A copy that is on its way to its author. */
export class TestCopy {
  @ApiProperty({ format: 'uuid', description: 'The send: its status is at `/api/comms/send/{id}`.' })
  attendeeInvitationId: string;
  @ApiProperty({ enum: [...sendStates], enumName: 'SendStatus', example: 'queued' })
  status: SendState;
  @ApiProperty({ description: 'Your own address.', example: 'you@yourcompany.com' })
  recipient: string;
}
