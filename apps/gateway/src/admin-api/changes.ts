import { Inject, Injectable } from '@nestjs/common';
import { LOGGER } from '@qflow/service';
import type { Logger } from 'pino';
import { DataSource } from 'typeorm';
import { makeChange, type Change } from '../admin/change.js';
import { ApiKeys } from '../api-keys/api-keys.js';
import { LoginRevocations } from '../identity/revocation/login-revocations.js';

/** Carries out what operators ask for: committed, then written to the log, then announced to the other replicas. */
@Injectable()
export class Changes {
  constructor(
    @Inject(DataSource) private readonly dataSource: DataSource,
    @Inject(ApiKeys) private readonly apiKeys: ApiKeys,
    @Inject(LoginRevocations) private readonly logins: LoginRevocations,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  async make<T>(actor: string, work: (change: Change) => Promise<T>): Promise<T> {
    const { result, change } = await makeChange(this.dataSource, actor, work);
    for (const entry of change.entries) this.logger.info(entry, 'an operator made a change');
    this.apiKeys.revoked(change.revokedKeys);
    this.logins.announce(change.endedLogins);
    return result;
  }
}
