import { Controller } from '@nestjs/common';
import {
  deleteSuppression,
  listSuppressions as listRpc,
  type Page,
  type Suppression,
} from '@qflow/contracts';
import { Answers } from '@qflow/messaging';
import { inTransaction, OutboxRelay, sqlOf } from '@qflow/persistence';
import { DataSource } from 'typeorm';
import { liftSuppression } from './lift-suppression.js';
import { listSuppressions, type SuppressionSearch } from './list-suppressions.js';

/** Answers the gateway's questions about suppressed addresses. */
@Controller()
export class SuppressionsController {
  constructor(
    private readonly dataSource: DataSource,
    private readonly relay: OutboxRelay,
  ) {}

  @Answers(listRpc)
  list(search: SuppressionSearch): Promise<Page<Suppression>> {
    return listSuppressions(sqlOf(this.dataSource), search);
  }

  @Answers(deleteSuppression)
  async delete({ accountId, email }: { accountId: string; email: string }): Promise<{ deleted: true }> {
    this.relay.publish(await inTransaction(this.dataSource, (sql) => liftSuppression(sql, accountId, email)));
    return { deleted: true };
  }
}
