import { Inject, Injectable, type CanActivate } from '@nestjs/common';
import { CodedError } from '@qflow/contracts';
import { GATEWAY_CONFIG, type GatewayConfig } from '../config.js';

/** The routes of our own issuer are not there where an external one issues the tokens. */
@Injectable()
export class EmbeddedIssuerGuard implements CanActivate {
  constructor(@Inject(GATEWAY_CONFIG) private readonly config: Pick<GatewayConfig, 'OIDC_ISSUER'>) {}

  canActivate(): boolean {
    const { OIDC_ISSUER: issuer } = this.config;
    if (issuer === undefined) return true;
    throw new CodedError('not_found', `This server issues no tokens. Get one from ${issuer}.`);
  }
}
