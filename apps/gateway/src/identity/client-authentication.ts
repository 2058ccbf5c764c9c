import { Inject, Injectable } from '@nestjs/common';
import OAuth2Server from '@node-oauth/oauth2-server';
import { sqlOf } from '@qflow/persistence';
import { DataSource } from 'typeorm';
import { readClientCredentials, type ClientCredentials } from './client-credentials.js';
import { clientMatches } from './clients.js';
import { addressKey } from './guessing/guess-key.js';
import { clientSecretPolicy, GuessLimiter } from './guessing/guess-limiter.js';
import type { OAuthRequest } from './oauth-answer.js';
import type { OAuthForm } from './token-form.js';

/** Which client sends a request to an OAuth endpoint (RFC 6749 §2.3). */
@Injectable()
export class ClientAuthentication {
  constructor(
    @Inject(DataSource) private readonly dataSource: DataSource,
    @Inject(GuessLimiter) private readonly guesses: GuessLimiter,
  ) {}

  /**
   * @returns the client's id
   * @throws InvalidClientError, InvalidRequestError of the OAuth library
   * @throws CodedError `rate_limit` after too many wrong secrets from this address
   */
  async authenticate(request: OAuthRequest, form: OAuthForm): Promise<string> {
    const readings = readClientCredentials(request, form);
    const keys = [addressKey('client-address', request.ip)];
    this.guesses.refuseKnown(keys);
    const client = await this.matching(readings);
    // Either way the counter is asked before anything is told.
    if (client) {
      await this.guesses.admit(keys);
      return client.id;
    }
    await this.guesses.failed(keys, clientSecretPolicy);
    throw new OAuth2Server.InvalidClientError('Invalid client: client is invalid');
  }

  private async matching(readings: readonly ClientCredentials[]): Promise<ClientCredentials | undefined> {
    const sql = sqlOf(this.dataSource);
    for (const reading of readings) if (await clientMatches(sql, reading.id, reading.secret)) return reading;
    return undefined;
  }
}
