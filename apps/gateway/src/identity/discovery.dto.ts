import { ApiProperty } from '@nestjs/swagger';
import { grants, scopes } from './oauth-model.js';

/** OpenID Connect Discovery 1.0 §3 and RFC 8414 §2. */
export class ServerMetadata {
  @ApiProperty({ description: '`iss` of every access token.', example: 'https://comms.example.com/core' })
  issuer: string;
  @ApiProperty({ example: 'https://comms.example.com/core/connect/token' })
  token_endpoint: string;
  @ApiProperty({ description: 'RFC 7009.', example: 'https://comms.example.com/core/connect/revocation' })
  revocation_endpoint: string;
  @ApiProperty({ example: 'https://comms.example.com/core/.well-known/jwks' })
  jwks_uri: string;
  @ApiProperty({ type: [String], example: grants })
  grant_types_supported: string[];
  @ApiProperty({ type: [String], example: scopes })
  scopes_supported: string[];
  @ApiProperty({ description: 'None: there is no authorization endpoint.', type: [String], example: [] })
  response_types_supported: string[];
  @ApiProperty({ type: [String], example: ['public'] })
  subject_types_supported: string[];
  @ApiProperty({ type: [String], example: ['ES256'] })
  id_token_signing_alg_values_supported: string[];
  @ApiProperty({ type: [String], example: ['client_secret_post', 'client_secret_basic'] })
  token_endpoint_auth_methods_supported: string[];
  @ApiProperty({ type: [String], example: ['client_secret_post', 'client_secret_basic'] })
  revocation_endpoint_auth_methods_supported: string[];
}

export class KeySet {
  @ApiProperty({
    type: 'array',
    items: { type: 'object', additionalProperties: true },
    description: 'Public keys, newest first.',
    example: [
      {
        kty: 'EC',
        crv: 'P-256',
        x: '2pUsnrq8bRuzT6BBtRDBUHTiDlFf0CE3wv0yJYkoV6w',
        y: '7E4bQpAZ3cJq5qFjvnX5o8gJKS8xgWkXJmUoHk1E1iI',
        kid: '0197a3c2-7f10-7c3e-9d59-3f1c5a2b7e41',
        use: 'sig',
        alg: 'ES256',
      },
    ],
  })
  keys: object[];
}
