import { ApiProperty } from '@nestjs/swagger';
import type { FieldError } from '@qflow/contracts';
import { isGuessable, type Client } from '../admin/clients.js';
import { Ruled } from '../validation/fields.js';
import { clientId, clientSecret } from '../validation/text-rules.js';

const id = { description: 'The `client_id` of token requests.', example: 'shop' };
const secret = {
  description: 'The `client_secret` of token requests. Leave it out to get one that nobody can guess.',
  example: 'X9fT0bq3kLw7Zr5mN2vJ8yHd',
  optional: true,
};

/** Body of `PUT /api/admin/clients/{id}`. */
export class PutClient {
  @Ruled(clientSecret, secret)
  clientSecret?: string;
}

/** Body of `POST /api/admin/clients`. */
export class CreateClient extends PutClient {
  @Ruled(clientId, id)
  clientId: string;
}

export const checkSecret = ({ clientSecret: chosen }: PutClient): FieldError[] =>
  chosen !== undefined && isGuessable(chosen)
    ? [{ path: '/clientSecret', message: 'must not be easy to guess: leave it out to get one' }]
    : [];

export class ClientView implements Client {
  @ApiProperty(id)
  clientId: string;
  @ApiProperty({ format: 'date-time' })
  created: string;
}

export class ClientWithSecret extends ClientView {
  @ApiProperty({
    required: false,
    description: 'Only one that we made; shown here and never again: store it now.',
    example: secret.example,
  })
  clientSecret?: string;
}

export class ClientDeleted {
  @ApiProperty({ enum: [true] })
  deleted: true;
}
