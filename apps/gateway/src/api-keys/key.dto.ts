import { ApiProperty } from '@nestjs/swagger';
import type { FieldError } from '@qflow/contracts';
import { keyScopes, type KeyScope } from '../identity/scope.guard.js';
import { Instant, Ruled, SomeOf } from '../validation/fields.js';
import { label } from '../validation/text-rules.js';
import type { ApiKey } from './key-view.js';

const scopes = {
  description:
    'Which parts of the API the key opens: `guests` (events and guests), `comms` (templates, sends, suppressions, sender domain), `webhooks`; `read` opens every GET.',
  example: ['guests', 'comms'],
};

/** Body of `POST /api/keys`. */
export class CreateApiKey {
  @Ruled(label, { description: 'What the key is for; you recognise it by this.', example: 'Ticket shop' })
  name: string;
  @SomeOf(keyScopes, scopes)
  scopes: KeyScope[];
  @Instant({
    description: 'In the future. Without it the key holds until it is deleted.',
    example: '2036-01-31T00:00:00.000Z',
    optional: true,
  })
  expiresAt?: string;
}

export const checkExpiry = ({ expiresAt }: CreateApiKey): FieldError[] =>
  expiresAt !== undefined && Date.parse(expiresAt) <= Date.now()
    ? [{ path: '/expiresAt', message: 'must be in the future' }]
    : [];

export class ApiKeyView implements ApiKey {
  @ApiProperty({ format: 'uuid' })
  id: string;
  @ApiProperty({ example: 'Ticket shop' })
  name: string;
  @ApiProperty({ description: 'How the key begins, for recognising it.', example: 'qk_7GhT2a' })
  prefix: string;
  @ApiProperty({ ...scopes, enum: keyScopes, isArray: true })
  scopes: KeyScope[];
  @ApiProperty({ format: 'date-time' })
  created: string;
  @ApiProperty({ type: String, nullable: true, format: 'date-time', description: 'Null for never.' })
  expiresAt: string | null;
  @ApiProperty({
    type: String,
    nullable: true,
    format: 'date-time',
    description: 'Up to a minute behind. Null where the key was never used.',
  })
  lastUsed: string | null;
}

export class ApiKeyWithSecret extends ApiKeyView {
  @ApiProperty({
    description: 'Send as `Authorization: Bearer …`. Shown here and never again: store it now.',
    example: 'qk_7GhT2aVnB4cX9zLqW1eRtYuIoPaSdFgHjKlM0N5b6Q81aVvX0',
  })
  key: string;
}

export class ApiKeyDeleted {
  @ApiProperty({ enum: [true] })
  deleted: true;
}
