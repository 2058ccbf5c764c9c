import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import {
  sendStates,
  type SendState,
  type SendSummary as SummaryContract,
  type SendTicket as TicketContract,
  type SendView as SendContract,
  type TimelineEntry as TimelineContract,
} from '@qflow/contracts';
import { PageQuery } from '../paging/page.js';
import { ItemError } from '../problem/item-error.js';
import { Guid, HeaderText } from '../validation/fields.js';

/** Body of `POST /api/comms/send`. */
export class CreateSend {
  @Guid({ description: 'Your own id. The same one again answers with the first send.', optional: true })
  id?: string;
  @Guid({ description: 'The guest.' })
  attendeeId: string;
  @Guid({ description: 'A template of the same event.' })
  templateId: string;
  @HeaderText(200, {
    description: 'Yours: comes back in every webhook of the send.',
    example: 'resend-123',
    optional: true,
  })
  correlationId?: string;
}

const status = { enum: [...sendStates], enumName: 'SendStatus', example: 'queued' };

export class SendTicket implements TicketContract {
  @ApiProperty({ format: 'uuid', description: 'The send: its status is at `/api/comms/send/{id}`.' })
  attendeeInvitationId: string;
  @ApiProperty(status)
  status: SendState;
}

/** What became of one item of `POST /api/comms/sends`. */
export class SendResult {
  @ApiProperty({ type: 'integer', description: 'Place in the array that was sent.', example: 0 })
  index: number;
  @ApiProperty({
    type: String,
    format: 'uuid',
    nullable: true,
    description: 'The `attendeeInvitationId`; null where there is none.',
  })
  id: string | null;
  @ApiProperty({
    enum: ['created', 'existing', 'rejected'],
    description:
      '`created`: a new send. `existing`: one that is still on its way, or the first one of your `id`; nothing new is sent. `rejected`: see `error`.',
    example: 'created',
  })
  status: 'created' | 'existing' | 'rejected';
  @ApiPropertyOptional({ description: 'The send, unless rejected.' })
  send?: SendTicket;
  @ApiPropertyOptional({ description: 'Why it was rejected.' })
  error?: ItemError;
}

export class TimelineEntry implements TimelineContract {
  @ApiProperty({ format: 'date-time', example: '2026-04-29T10:23:00.000Z' })
  at: string;
  @ApiProperty({ enum: ['send', 'attempt', 'provider', 'recipient', 'webhook'], example: 'provider' })
  source: TimelineContract['source'];
  @ApiProperty({
    description:
      "A state, an attempt's outcome, a provider event, a recipient's choice or a webhook event type.",
    example: 'delivered',
  })
  what: string;
  @ApiProperty({ type: String, nullable: true, example: null })
  detail: string | null;
}

/** A send without its history. */
export class SendSummary implements SummaryContract {
  @ApiProperty({ format: 'uuid' })
  attendeeInvitationId: string;
  @ApiProperty({
    type: String,
    format: 'uuid',
    nullable: true,
    description: 'Null for the test copy of a template.',
  })
  attendeeId: string | null;
  @ApiProperty({ format: 'uuid' })
  templateId: string;
  @ApiProperty({ type: 'integer', example: 1 })
  templateVersion: number;
  @ApiProperty({ format: 'uuid' })
  eventId: string;
  @ApiProperty({ type: String, nullable: true, example: 'order-123' })
  correlationId: string | null;
  @ApiProperty({ ...status, example: 'delivered' })
  status: SendState;
  @ApiProperty({ type: String, nullable: true, description: 'Why it failed.', example: null })
  error: string | null;
  @ApiProperty({ type: 'integer', description: 'How often it was handed to the provider.', example: 1 })
  attempts: number;
  @ApiProperty({ format: 'date-time', example: '2026-04-29T10:23:00.000Z' })
  created: string;
  @ApiProperty({ format: 'date-time', example: '2026-04-29T10:23:05.000Z' })
  updated: string;
}

export class SendView extends SendSummary implements SendContract {
  @ApiProperty({
    type: [TimelineEntry],
    description:
      'Everything that happened to it, oldest first. Of very many opens and clicks, the first ones.',
  })
  timeline: TimelineEntry[];
}

/** Query of `GET /api/comms/sends`. */
export class SendsQuery extends PageQuery {
  @ApiProperty({
    required: false,
    type: String,
    format: 'uuid',
    description: 'Only sends to this attendee.',
  })
  attendeeId?: string;
  @ApiProperty({ required: false, type: String, format: 'uuid', description: 'Only sends of this template.' })
  templateId?: string;
  @ApiProperty({
    required: false,
    enum: [...sendStates],
    description: 'Only sends that are in this state now.',
  })
  status?: SendState;
  @ApiProperty({
    required: false,
    type: String,
    maxLength: 200,
    description: 'Only sends with this `correlationId`.',
  })
  correlationId?: string;
}
