import { ApiProperty } from '@nestjs/swagger';
import type { FieldError, TemplateView as TemplateContract } from '@qflow/contracts';
import { AnyDomainEmail, Guid, HeaderText, Text } from '../validation/fields.js';

const maxHtml = 524_288;
/** A template travels between services in one message of at most 1 MiB; the rest of it needs some room as well. */
const maxHtmlBytes = 900_000;

/** Query of `GET /api/comms/templates`. */
export class TemplatesQuery {
  @ApiProperty({ type: String, format: 'uuid', description: 'One of your events.' })
  eventId: string;
  @ApiProperty({
    required: false,
    type: String,
    format: 'uuid',
    description: 'Where to go on: taken from the `next` link of the answer before.',
  })
  after?: string;
}

/** Body of `POST /api/comms/template`. */
export class SaveTemplate {
  @Guid({
    description:
      'Your own id. An id that exists is an update and makes a new version; the id of a deleted template stays deleted (404).',
    optional: true,
  })
  id?: string;
  @Guid({ description: 'One of your events.' })
  eventId: string;
  @HeaderText(200, { description: 'For you; recipients do not see it.', example: 'Ticket confirmation v1' })
  name: string;
  @HeaderText(500, {
    description: 'May hold merge tokens.',
    example: 'Your ticket for {{event}} — {{firstname}}',
  })
  subject: string;
  @Text(maxHtml, {
    description:
      'May hold merge tokens. Besides those of the guide there is `{{unsubscribe_link}}`, a link to get no more e-mails from you; every e-mail to a guest has it in its `List-Unsubscribe` header as well.',
    example: '<p>Hello {{firstname}}, <img src="{{barcode_qr}}" alt="{{barcode}}"></p>',
  })
  html: string;
  @AnyDomainEmail({
    description: 'Your sending address. A domain such as `münchen.example` is stored in its `xn--` form.',
    example: 'tickets@yourcompany.com',
  })
  fromAddress: string;
  @HeaderText(200, { description: 'Shown as the sender.', example: 'Your Company Tickets', optional: true })
  fromName?: string;
  @AnyDomainEmail({ description: 'Where answers go.', example: 'support@yourcompany.com', optional: true })
  replyTo?: string;
}

export function checkTemplate({ html }: SaveTemplate): FieldError[] {
  const bytes = Buffer.byteLength(JSON.stringify(html));
  return bytes > maxHtmlBytes
    ? [{ path: '/html', message: `has ${bytes} bytes as JSON, at most ${maxHtmlBytes} are allowed` }]
    : [];
}

/** A template as the API shows it: the newest version. */
export class TemplateView implements TemplateContract {
  @ApiProperty({ format: 'uuid' })
  id: string;
  @ApiProperty({ format: 'uuid' })
  eventId: string;
  @ApiProperty({ example: 'Ticket confirmation v1' })
  name: string;
  @ApiProperty({ example: 'Your ticket for {{event}} — {{firstname}}' })
  subject: string;
  @ApiProperty({ example: '<p>Hello {{firstname}}</p>' })
  html: string;
  @ApiProperty({ example: 'tickets@yourcompany.com' })
  fromAddress: string;
  @ApiProperty({ type: String, nullable: true, example: 'Your Company Tickets' })
  fromName: string | null;
  @ApiProperty({ type: String, nullable: true, example: 'support@yourcompany.com' })
  replyTo: string | null;
  @ApiProperty({ type: 'integer', description: 'Grows by one with every change.', example: 1 })
  version: number;
  @ApiProperty({ format: 'date-time', example: '2026-04-29T10:23:00.000Z' })
  created: string;
  @ApiProperty({ format: 'date-time', example: '2026-04-29T10:23:00.000Z' })
  updated: string;
}

export class SavedTemplate extends TemplateView {
  @ApiProperty({
    type: [String],
    description:
      'What will probably not turn out as meant: unknown merge tokens, which render empty, and a sending address of a domain that is not yours yet.',
    example: ['{{frstname}} is not a merge token: it renders empty.'],
  })
  warnings: string[];
}

/** Body of `POST /api/comms/template/delete`. */
export class DeleteTemplate {
  @Guid({ description: 'One of your templates.' })
  id: string;
}

export class TemplateDeleted {
  @ApiProperty({ enum: [true] })
  deleted: true;
}
