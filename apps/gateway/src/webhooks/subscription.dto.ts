import { ApiProperty } from '@nestjs/swagger';
import {
  formatNames,
  type DisabledReason,
  type FormatName,
  type MissedDeliveries as MissedContract,
  type SubscriptionView,
  type SubscriptionWithSecret as SecretContract,
} from '@qflow/contracts';
import { RetryRulesInForce } from './retry-rules.dto.js';

export const disabledReasons = ['paused', 'gone', 'failures'] as const satisfies readonly DisabledReason[];

const nullableTime = (description: string) =>
  ({ type: String, format: 'date-time', nullable: true, description, example: null }) as const;

/** One of the account's webhooks. */
export class Subscription implements SubscriptionView {
  @ApiProperty({ format: 'uuid' })
  id: string;
  @ApiProperty({ example: 'https://your-app.com/webhooks/orders' })
  url: string;
  @ApiProperty({ enum: [...formatNames], enumName: 'WebhookFormat', example: 'qflow' })
  format: FormatName;
  @ApiProperty({
    type: [String],
    description: 'What it is told of, as it was asked for.',
    example: ['comms.delivered', 'comms.bounced'],
  })
  events: string[];
  @ApiProperty({ type: String, nullable: true, example: 'Order service' })
  description: string | null;
  @ApiProperty({
    type: [String],
    description: 'Names of the headers that go with every request; their values are not shown.',
    example: ['X-Api-Key'],
  })
  headerNames: string[];
  @ApiProperty({ description: 'The rules in force, defaults of the format included.' })
  retry: RetryRulesInForce;
  @ApiProperty({ description: 'Whether events are posted to it.' })
  active: boolean;
  @ApiProperty({
    type: String,
    enum: [...disabledReasons, null],
    nullable: true,
    description: [
      'Why it gets nothing: `paused` (by you), `gone` (it answered 410), `failures` (too many deliveries in a row',
      'failed for good). Null while active.',
    ].join(' '),
    example: null,
  })
  disabledReason: DisabledReason | null;
  @ApiProperty(nullableTime('Since when; null while active.'))
  disabledAt: string | null;
  @ApiProperty({
    type: 'integer',
    description: 'Deliveries in a row that failed for good; any success sets it back to 0.',
    example: 0,
  })
  failures: number;
  @ApiProperty({
    ...nullableTime('Test calls included; null where there was none in the last 30 days.'),
    example: '2026-04-29T10:23:00.000Z',
  })
  lastSuccessAt: string | null;
  @ApiProperty(
    nullableTime('Of an attempt, test calls included; null where there was none in the last 30 days.'),
  )
  lastFailureAt: string | null;
  @ApiProperty({
    type: String,
    nullable: true,
    description: '`whpk_…`, to verify `v1a` signatures with; null unless `asymmetric`.',
    example: null,
  })
  publicKey: string | null;
  @ApiProperty(
    nullableTime('Until when the secret before the last rotation signs too; null where only one does.'),
  )
  previousSecretUntil: string | null;
  @ApiProperty({ description: 'Whether it is the single webhook of `/api/comms/webhook`.', example: false })
  isDefault: boolean;
  @ApiProperty({ format: 'date-time' })
  created: string;
  @ApiProperty({ format: 'date-time' })
  updated: string;
}

export class SubscriptionWithSecret extends Subscription implements SecretContract {
  @ApiProperty({
    description: 'Signs every request to you. Shown here and never again: store it now.',
    example: '0d5124eefa6ed9ae1fece694f70c3c04e48ccb73c67f313548629220cfb61252',
  })
  secret: string;
}

/** What an endpoint missed while its subscription was disabled. */
export class MissedDeliveries implements MissedContract {
  @ApiProperty({
    format: 'date-time',
    description: '`since` of the replay (`POST …/replay`, `status` `skipped`) that brings it.',
  })
  since: string;
  @ApiProperty({ type: 'integer', description: 'Counted up to 10,000.', example: 17 })
  deliveries: number;
}

export class SubscriptionUpdated extends Subscription {
  @ApiProperty({
    type: MissedDeliveries,
    nullable: true,
    description:
      'Where it was enabled again: the events that came meanwhile, which were kept; null where there are none.',
  })
  missed: MissedDeliveries | null;
}

export class SubscriptionDeleted {
  @ApiProperty({ enum: [true] })
  deleted: true;
}
