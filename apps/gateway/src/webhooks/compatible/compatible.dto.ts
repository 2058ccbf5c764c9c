import { ApiProperty } from '@nestjs/swagger';
import { formatNames, type DisabledReason, type FormatName } from '@qflow/contracts';
import { disabledReasons } from '../subscription.dto.js';

const id = { format: 'uuid' } as const;
const nullableTime = { type: String, format: 'date-time', nullable: true, example: null } as const;

/** A webhook as the pages of SendComms and EmailFlow show one: the fields of both. */
export class CompatibleWebhook {
  @ApiProperty(id)
  id: string;
  @ApiProperty({ ...id, description: 'The same as `id`.' })
  uid: string;
  @ApiProperty({ example: 'https://your-server.com/webhooks/email' })
  url: string;
  @ApiProperty({
    type: [String],
    description: 'As they were asked for.',
    example: ['email.sent', 'email.delivered', 'email.bounced', 'email.complained'],
  })
  events: string[];
  @ApiProperty({ enum: [...formatNames], enumName: 'WebhookFormat', example: 'sendcomms' })
  format: FormatName;
  @ApiProperty()
  active: boolean;
  @ApiProperty({ enum: ['active', 'disabled'], description: '`active` in a word.' })
  status: 'active' | 'disabled';
  @ApiProperty({
    type: String,
    enum: [...disabledReasons, null],
    nullable: true,
    description: '`paused` by you, `gone` (it answered 410), or too many `failures` in a row.',
    example: null,
  })
  disabled_reason: DisabledReason | null;
  @ApiProperty(nullableTime)
  disabled_at: string | null;
  @ApiProperty({
    type: 'integer',
    description: 'Deliveries in a row that failed for good; any success sets it back to 0.',
    example: 0,
  })
  failure_count: number;
  @ApiProperty({ ...nullableTime, example: '2026-04-29T10:23:00.000Z' })
  last_success_at: string | null;
  @ApiProperty(nullableTime)
  last_failure_at: string | null;
  @ApiProperty({ format: 'date-time' })
  created_at: string;
  @ApiProperty({ format: 'date-time' })
  updated_at: string;
}

export class CompatibleWebhookWithSecret extends CompatibleWebhook {
  @ApiProperty({
    description: 'Signs every request to you. Shown here and never again: store it now.',
    example: 'whsec_21be983f359112f9e07658ed2bddcee3f0a1c4d57e6b8912',
  })
  secret: string;
}

/** What a test call came to. */
export class CompatibleTest {
  @ApiProperty({ ...id, description: "The ping's id." })
  id: string;
  @ApiProperty({ enum: ['delivered', 'failed'], description: '`delivered`: answered 2xx.' })
  status: 'delivered' | 'failed';
  @ApiProperty({ type: 'integer', nullable: true, description: 'Null where no answer came.', example: 200 })
  response_code: number | null;
  @ApiProperty({ type: String, nullable: true, description: 'How the answer begins.', example: 'ok' })
  response_body: string | null;
  @ApiProperty({ type: 'number', example: 41 })
  duration_ms: number;
  @ApiProperty({ type: String, nullable: true, description: 'What went wrong, in words.', example: null })
  error: string | null;
  @ApiProperty({ type: String, nullable: true, description: 'Its stable name.', example: null })
  error_code: string | null;
  @ApiProperty({ type: String, nullable: true, description: 'What you can do about it.', example: null })
  hint: string | null;
}

export class CompatibleDeleted {
  @ApiProperty(id)
  id: string;
  @ApiProperty({ ...id, description: 'The same as `id`.' })
  uid: string;
  @ApiProperty({ enum: [true] })
  deleted: true;
}

/** The envelope of every answer; `success` is false in errors. */
export class Envelope {
  @ApiProperty({ enum: [true] })
  success: true;
}

export class CompatibleWebhookAnswer extends Envelope {
  @ApiProperty()
  data: CompatibleWebhook;
}

export class CompatibleCreatedAnswer extends Envelope {
  @ApiProperty()
  data: CompatibleWebhookWithSecret;
}

export class CompatibleWebhooksAnswer extends Envelope {
  @ApiProperty({ type: [CompatibleWebhook] })
  data: CompatibleWebhook[];
}

export class CompatibleTestAnswer extends Envelope {
  @ApiProperty()
  data: CompatibleTest;
}

export class CompatibleDeletedAnswer extends Envelope {
  @ApiProperty()
  data: CompatibleDeleted;
}
