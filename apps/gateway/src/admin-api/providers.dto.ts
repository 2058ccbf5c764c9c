import { ApiProperty } from '@nestjs/swagger';
import { providerNames, type AccountProviders, type ProviderName } from '@qflow/contracts';
import { SomeOf } from '../validation/fields.js';

const order =
  'In the order in which they are tried: the first one delivers, and the next ones only while those before are down.';

/** Body of `PUT /api/admin/users/{id}/providers`. */
export class PutProviders {
  @SomeOf(providerNames, { description: order, example: ['sendgrid', 'smtp'] })
  providers: ProviderName[];
}

export class ProvidersView implements AccountProviders {
  @ApiProperty({ enum: providerNames, isArray: true, description: order, example: ['sendgrid', 'smtp'] })
  providers: ProviderName[];
  @ApiProperty({
    description: 'Whether the account has a list of its own; otherwise it is that of the installation.',
  })
  own: boolean;
  @ApiProperty({
    enum: providerNames,
    isArray: true,
    description: 'All that this installation is configured for.',
    example: ['sendgrid', 'smtp'],
  })
  available: ProviderName[];
}
