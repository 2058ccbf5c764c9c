import { Inject, Injectable } from '@nestjs/common';
import type { ProviderEvent } from '@qflow/contracts';
import { LOGGER, Metrics } from '@qflow/service';
import type { Logger } from 'pino';

/** Those that an alert must not miss the first of. */
const known = ['compliance_suspend', 'compliance_deactivate', 'compliance_ban', 'other'];

/** SendGrid's are words such as `compliance_suspend`; anything else would make labels without end. */
const isWord = (value: unknown): value is string =>
  typeof value === 'string' && /^[a-z][a-z_]{0,39}$/.test(value);

/**
 * Tells operators what the provider says about their account there (SendGrid "account_status_change"): a suspended one
 * sends nothing, and nobody else would notice why. It moves no send.
 */
@Injectable()
export class AccountStatus {
  private readonly changes;

  constructor(
    @Inject(LOGGER) private readonly logger: Logger,
    metrics: Metrics,
  ) {
    this.changes = metrics.counterFrom0(
      'qflow_provider_account_status_total',
      'Changes of our account at the provider that it has reported, by what it calls them.',
      ['status'],
      known.map((status) => ({ status })),
    );
  }

  report({ id, occurredAt, raw }: ProviderEvent): void {
    const status = isWord(raw.type) ? raw.type : 'other';
    this.changes.inc({ status });
    this.logger.warn(
      { reportId: id, status, occurredAt },
      `the provider reports a change of our account there: ${status}`,
    );
  }
}
