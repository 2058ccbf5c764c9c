import { Controller, Inject } from '@nestjs/common';
import {
  activateDomain as activateRpc,
  CodedError,
  createDomain as createRpc,
  deactivateDomain as deactivateRpc,
  deleteDomain as deleteRpc,
  getDomain as getRpc,
  senderIdentity,
  verifyDomain as verifyRpc,
  type SenderDomain,
  type SenderIdentity,
} from '@qflow/contracts';
import { Answers } from '@qflow/messaging';
import { sqlOf } from '@qflow/persistence';
import { LOGGER } from '@qflow/service';
import type { Logger } from 'pino';
import { DataSource } from 'typeorm';
import { SENDER_CONFIG, type SenderConfig } from '../config.js';
import { configureDomain, type DomainContext } from './configure-domain.js';
import { deleteDomain } from './delete-domain.js';
import { DomainProvider } from './domain-provider.js';
import { domainView, findDomain, isConfigured } from './domain-row.js';
import { activateDomain, deactivateDomain } from './enable-domain.js';
import { SenderIdentities } from './sender-identities.js';
import { verifyDomain } from './verify-domain.js';

interface OfAccount {
  accountId: string;
}

/** Answers the gateway's questions about sender domains. */
@Controller()
export class DomainsController {
  private readonly context: DomainContext;

  constructor(
    dataSource: DataSource,
    private readonly provider: DomainProvider,
    private readonly identities: SenderIdentities,
    @Inject(SENDER_CONFIG) config: SenderConfig,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {
    // A request makes three calls at the most, and a margin for the database.
    this.context = { sql: sqlOf(dataSource), provider, leaseMs: 3 * config.PROVIDER_TIMEOUT_MS + 5_000 };
  }

  @Answers(createRpc)
  create({ accountId, domain }: OfAccount & { domain: string }): Promise<SenderDomain> {
    return this.change(accountId, () => configureDomain(this.context, accountId, domain));
  }

  @Answers(getRpc)
  async get({ accountId }: OfAccount): Promise<SenderDomain | null> {
    const row = await findDomain(this.context.sql, accountId);
    if (isConfigured(row)) return domainView(row);
    this.provider.assertSupported();
    return null;
  }

  @Answers(verifyRpc)
  verify({ accountId }: OfAccount): Promise<SenderDomain> {
    return this.change(accountId, () => verifyDomain(this.context, accountId));
  }

  @Answers(activateRpc)
  activate({ accountId }: OfAccount): Promise<SenderDomain> {
    return this.change(accountId, () => activateDomain(this.context.sql, accountId));
  }

  @Answers(deactivateRpc)
  deactivate({ accountId }: OfAccount): Promise<SenderDomain> {
    return this.change(accountId, () => deactivateDomain(this.context.sql, accountId));
  }

  @Answers(deleteRpc)
  async delete({ accountId }: OfAccount): Promise<{ deleted: true }> {
    await this.change(accountId, () => deleteDomain(this.context, accountId));
    return { deleted: true };
  }

  @Answers(senderIdentity)
  identity({ accountId, fromAddress }: OfAccount & { fromAddress: string }): Promise<SenderIdentity> {
    return this.identities.of(accountId, fromAddress);
  }

  /** What the caller must not see of the provider's trouble is for the operator's log. */
  private async change<T>(accountId: string, work: () => Promise<T>): Promise<T> {
    this.provider.assertSupported();
    try {
      return await work();
    } catch (error) {
      const { cause: err } = error as { cause?: unknown };
      if (error instanceof CodedError && err)
        this.logger.warn({ err, accountId }, 'the provider could not be asked about a sender domain');
      throw error;
    } finally {
      this.identities.forget();
    }
  }
}
