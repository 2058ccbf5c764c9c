import { ApiProperty } from '@nestjs/swagger';
import { filterNames, formatNames, type FormatName } from '@qflow/contracts';
import {
  Flag,
  HeaderMap,
  HttpUrl,
  Nested,
  OneOf,
  Text,
  TextList,
  WholeNumber,
} from '../validation/fields.js';
import { filterLimits, maxSecret } from './limits.js';
import { RetryRules } from './retry-rules.dto.js';

const maxDescription = 500;
const headerLimits = { entries: 20, valueLength: 1_000 };
const weekSeconds = 7 * 24 * 3_600;

const fields = {
  url: {
    description: [
      'Where events are posted. `https` on port 80, 443, 8443 or from 1024 on, a public address and no credentials in',
      'it, unless the operator allows more. Checked now and at every attempt; redirects are not followed.',
    ].join(' '),
    example: 'https://your-app.com/webhooks/orders',
  },
  events: {
    description: [
      'What to be told of: event types such as `comms.delivered`, or all of a kind: `comms.*`, `contact.*`,',
      '`endpoint.*`. The names of SendComms and EmailFlow (`email.bounced`) are understood as well. Without it:',
      'everything about e-mails and contacts. `endpoint.*` is about your endpoints themselves and has to be asked for.',
    ].join(' '),
    example: ['comms.delivered', 'comms.bounced'],
    itemExamples: filterNames,
  },
  headers: {
    description: [
      'Go with every request to you, such as a credential for your gateway. Values are stored encrypted and never',
      'shown again. Headers of the connection and of the signature cannot be set.',
    ].join(' '),
    example: { 'X-Api-Key': 'k-2f8a91' },
  },
  description: { description: 'Yours, for telling your webhooks apart.', example: 'Order service' },
};

/** Body of `POST /api/comms/webhooks`. */
export class CreateSubscription {
  @HttpUrl(fields.url)
  url: string;
  @TextList(filterLimits, { ...fields.events, optional: true })
  events?: string[];
  @OneOf(formatNames, {
    description: [
      'How requests look and how they are signed: `qflow` (default), `standard` (Standard Webhooks 1.0.0),',
      '`sendcomms`, `emailflow`. Cannot be changed later.',
    ].join(' '),
    example: 'qflow',
    optional: true,
  })
  format?: FormatName;
  @Text(maxSecret, {
    description: [
      'Your own signing secret; it must not be easy to guess. For `standard`: `whsec_` and the base64 of 24 to 64 bytes.',
      'Without it one is made for you, which is the better choice.',
    ].join(' '),
    example: null,
    optional: true,
  })
  secret?: string;
  @Text(maxDescription, { ...fields.description, optional: true })
  description?: string;
  @HeaderMap(headerLimits, { ...fields.headers, optional: true })
  headers?: Record<string, string>;
  @Nested(() => RetryRules, {
    description: 'Rules of your own; what is not given follows the format.',
    optional: true,
  })
  retry?: RetryRules;
  @Flag({
    description:
      'Sign with Ed25519 as well (`v1a`), so that your receiver needs `publicKey` and no secret. Only for `standard`.',
    example: false,
    optional: true,
  })
  asymmetric?: boolean;
}

/** Body of `PATCH /api/comms/webhooks/{id}`. */
export class UpdateSubscription {
  @HttpUrl({ ...fields.url, optional: true })
  url?: string;
  @TextList(filterLimits, { ...fields.events, optional: true })
  events?: string[];
  @Flag({
    description: [
      '`false` pauses the subscription: events are logged as `skipped` and can be replayed. `true` takes it up again,',
      'also after it was disabled, and clears its failures.',
    ].join(' '),
    example: true,
    optional: true,
  })
  active?: boolean;
  @HeaderMap(headerLimits, {
    ...fields.headers,
    description: `Replaces all of them. ${fields.headers.description}`,
    optional: true,
  })
  headers?: Record<string, string>;
  @Nested(() => RetryRules, {
    description: 'Replaces your rules as a whole; what is not given follows the format.',
    optional: true,
  })
  retry?: RetryRules;
  @Text(maxDescription, { ...fields.description, description: 'Null removes it.', optional: true })
  description?: string;
}

/** Query of `DELETE /api/comms/webhooks`. */
export class DeleteSubscriptionQuery {
  @ApiProperty({ type: String, format: 'uuid', description: 'The subscription.' })
  id: string;
}

/** Body of `POST /api/comms/webhooks/{id}/rotate`. */
export class RotateSecret {
  @WholeNumber(0, weekSeconds, {
    description: [
      'For so many seconds both secrets sign, so that no event is refused while your receiver moves to the new one;',
      'up to a week. Without it the old one stops at once.',
    ].join(' '),
    example: 86_400,
    optional: true,
  })
  overlapSeconds?: number;
}
