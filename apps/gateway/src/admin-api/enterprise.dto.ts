import { ApiProperty } from '@nestjs/swagger';
import type { Enterprise } from '../admin/enterprises.js';
import { trustStates, type TrustState } from '../admin/trust.js';
import { Flag, OneOf, Ruled } from '../validation/fields.js';
import { enterprisePin, label } from '../validation/text-rules.js';

const pin = { description: 'Its users log in as `{pin}/{email}`.', example: 'acme' };
const name = { description: 'For people.', example: 'Acme Events' };
const commsEnabled = { description: 'Whether all its users may use the Comms API.', optional: true };
const trust = {
  description: 'The state of the sender verification; `verified` holds for all its users.',
  optional: true,
};

/** Body of `POST /api/admin/enterprises`. */
export class CreateEnterprise {
  @Ruled(enterprisePin, pin)
  pin: string;
  @Ruled(label, name)
  name: string;
  @Flag(commsEnabled)
  commsEnabled?: boolean;
  @OneOf(trustStates, trust)
  trust?: TrustState;
}

/** Body of `PATCH /api/admin/enterprises/{id}`. */
export class ChangeEnterprise {
  @Ruled(label, { ...name, optional: true })
  name?: string;
  @Flag(commsEnabled)
  commsEnabled?: boolean;
  @OneOf(trustStates, trust)
  trust?: TrustState;
}

export class EnterpriseView implements Enterprise {
  @ApiProperty({ format: 'uuid' })
  id: string;
  @ApiProperty(pin)
  pin: string;
  @ApiProperty(name)
  name: string;
  @ApiProperty({ description: 'Whether all its users may use the Comms API.' })
  commsEnabled: boolean;
  @ApiProperty({
    enum: trustStates,
    description: 'The state of the sender verification; `verified` holds for all its users.',
  })
  trust: TrustState;
  @ApiProperty({ type: 'integer', description: 'How many users it has.', example: 12 })
  users: number;
  @ApiProperty({ format: 'date-time' })
  created: string;
}
