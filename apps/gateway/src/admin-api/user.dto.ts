import { ApiProperty } from '@nestjs/swagger';
import type { FieldError } from '@qflow/contracts';
import { maxRateLimit } from '../admin/rate-limits.js';
import { trustStates, type TrustState } from '../admin/trust.js';
import type { AdminUser, RateLimits } from '../admin/users.js';
import { PageQuery } from '../paging/page.js';
import { Email, Flag, Nested, OneOf, Ruled, Text, WholeNumber } from '../validation/fields.js';
import { enterprisePin, password } from '../validation/text-rules.js';

const perMinute = 'Requests per minute; null goes back to the usual limit.';

/** Limits of one account that differ from the usual ones. */
export class ChangeRateLimits {
  @WholeNumber(1, maxRateLimit, { description: perMinute, example: 1000, optional: true })
  guest?: number | null;
  @WholeNumber(1, maxRateLimit, { description: perMinute, example: 600, optional: true })
  send?: number | null;
  @WholeNumber(1, maxRateLimit, { description: perMinute, example: 2000, optional: true })
  other?: number | null;
}

const commsEnabled = { description: "The account's own right to the Comms API.", optional: true };
const trust = { description: "The state of the account's own sender verification.", optional: true };
const rateLimits = { description: 'Of the account; those that are left out stay.', optional: true };
const secret = { description: 'Of at least 8 characters.', example: 'correct horse battery staple' };

/** Body of `POST /api/admin/users`. */
export class CreateUser {
  @Email({ description: 'What the user logs in with.', example: 'ada@example.com' })
  email: string;
  @Ruled(password, secret)
  password: string;
  @Ruled(enterprisePin, {
    description: 'The pin of an enterprise. Its users log in as `{pin}/{email}`.',
    example: 'acme',
    optional: true,
  })
  enterprise?: string;
  @Flag(commsEnabled)
  commsEnabled?: boolean;
  @OneOf(trustStates, trust)
  trust?: TrustState;
  @Nested(() => ChangeRateLimits, rateLimits)
  rateLimits?: ChangeRateLimits;
}

/** Body of `PATCH /api/admin/users/{id}`. */
export class ChangeUser {
  @Flag(commsEnabled)
  commsEnabled?: boolean;
  @OneOf(trustStates, trust)
  trust?: TrustState;
  @Flag({
    description:
      'True ends all logins, stops the API keys the user made and refuses new logins, until it is false again.',
    optional: true,
  })
  disabled?: boolean;
  @Ruled(password, {
    ...secret,
    description: `A new password ends all logins; API keys go on working. ${secret.description}`,
    optional: true,
  })
  password?: string;
  @Nested(() => ChangeRateLimits, rateLimits)
  rateLimits?: ChangeRateLimits;
}

export class UsersQuery extends PageQuery {
  @Text(254, { description: 'How the e-mail address begins.', example: 'ada@', optional: true })
  email?: string;
  @Ruled(enterprisePin, { description: 'The pin of an enterprise.', example: 'acme', optional: true })
  enterprise?: string;
}

export class OwnRateLimits implements RateLimits {
  @ApiProperty({ type: 'integer', required: false, example: 1000 })
  guest?: number;
  @ApiProperty({ type: 'integer', required: false, example: 600 })
  send?: number;
  @ApiProperty({ type: 'integer', required: false, example: 2000 })
  other?: number;
}

export class UserView implements AdminUser {
  @ApiProperty({ format: 'uuid' })
  id: string;
  @ApiProperty({ format: 'uuid', description: 'Whose events, guests and templates the user works on.' })
  accountId: string;
  @ApiProperty({ example: 'ada@example.com' })
  email: string;
  @ApiProperty({
    type: String,
    nullable: true,
    description: 'The pin of its enterprise; null for none.',
    example: 'acme',
  })
  enterprise: string | null;
  @ApiProperty({ description: "The account's own right; the enterprise may grant it as well." })
  commsEnabled: boolean;
  @ApiProperty({
    enum: trustStates,
    description: "The account's own state; the enterprise may be verified instead.",
  })
  trust: TrustState;
  @ApiProperty({ description: "What holds: the account's own right to the Comms API, or the enterprise's." })
  mayUseComms: boolean;
  @ApiProperty({
    description: 'What holds: the sender verification of the account, or of the enterprise, is complete.',
  })
  trusted: boolean;
  @ApiProperty()
  disabled: boolean;
  @ApiProperty({
    type: OwnRateLimits,
    description: 'Requests per minute, where the account has other limits than the usual ones.',
  })
  rateLimits: OwnRateLimits;
  @ApiProperty({ format: 'date-time' })
  created: string;
}

/** Every field of a body is optional there, and an empty one is most likely a mistake in a name. */
export const checkSomething = (body: object): FieldError[] =>
  Object.values(body).every((value) => value === undefined)
    ? [{ path: '/', message: 'must have at least one field that can be changed' }]
    : [];
