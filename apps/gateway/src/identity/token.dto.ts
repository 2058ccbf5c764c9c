import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { grants, scopes } from './oauth-model.js';
import type { TokenGrant } from './token-endpoint.js';

/** What the document shows of the form; the OAuth library reads it. */
export class TokenForm {
  @ApiProperty({ enum: grants, example: 'password' })
  grant_type: string;
  @ApiProperty({
    description: 'May also be sent, with the secret, as HTTP Basic credentials.',
    example: 'demo',
  })
  client_id: string;
  @ApiProperty({ example: 'demo-secret' })
  client_secret: string;
  @ApiPropertyOptional({
    description: `Separated by spaces: ${scopes.join(', ')}. qflowapi is required, offline_access yields a refresh token.`,
    example: 'qflowapi offline_access',
  })
  scope?: string;
  @ApiPropertyOptional({
    description: 'With `password`: an e-mail, or `{enterprisePin}/{email}` for users of an enterprise.',
    example: 'ada@example.com',
  })
  username?: string;
  @ApiPropertyOptional({ description: 'With `password`.', format: 'password' })
  password?: string;
  @ApiPropertyOptional({
    description: 'With `refresh_token`. Each use returns a new one; the old one is spent.',
  })
  refresh_token?: string;
}

/** What the document shows of the form of RFC 7009 §2.1. */
export class RevocationForm {
  @ApiProperty({ description: 'An access token or a refresh token.' })
  token: string;
  @ApiPropertyOptional({
    description: 'Not needed: the two kinds look different.',
    enum: ['access_token', 'refresh_token'],
  })
  token_type_hint?: string;
  @ApiProperty({
    description: 'May also be sent, with the secret, as HTTP Basic credentials.',
    example: 'demo',
  })
  client_id: string;
  @ApiProperty({ example: 'demo-secret' })
  client_secret: string;
}

export class TokenResponse implements TokenGrant {
  @ApiProperty({ description: 'Send as `Authorization: Bearer …`.' })
  access_token: string;
  @ApiProperty({ enum: ['Bearer'] })
  token_type: 'Bearer';
  @ApiProperty({ description: 'Seconds.', example: 3600 })
  expires_in: number;
  @ApiPropertyOptional({ description: 'Only with the scope `offline_access`.' })
  refresh_token?: string;
  @ApiProperty({ example: 'qflowapi offline_access' })
  scope: string;
}

export class TokenError {
  @ApiProperty({ description: 'RFC 6749 §5.2.', example: 'invalid_grant' })
  error: string;
  @ApiProperty({ example: 'Invalid grant: user credentials are invalid' })
  error_description: string;
}
