import { Controller } from '@nestjs/common';
import {
  cancelReplay as cancelRpc,
  listReplays as listRpc,
  retryDelivery as retryRpc,
  startReplay as startRpc,
  type DeliveryView,
  type ReplayView,
} from '@qflow/contracts';
import { Answers } from '@qflow/messaging';
import { inTransaction, sqlOf } from '@qflow/persistence';
import { DataSource } from 'typeorm';
import type { OneDelivery } from '../log/get-delivery.js';
import { cancelReplay } from './cancel-replay.js';
import { listReplays } from './list-replays.js';
import { retryDelivery } from './retry-delivery.js';
import { startReplay, type StartReplay } from './start-replay.js';

/** Delivers again what was delivered, or should have been. */
@Controller()
export class ReplaysController {
  constructor(private readonly dataSource: DataSource) {}

  @Answers(retryRpc)
  retry(asked: OneDelivery & { newId: string }): Promise<DeliveryView> {
    return inTransaction(this.dataSource, (sql) => retryDelivery(sql, asked));
  }

  @Answers(startRpc)
  start(asked: StartReplay): Promise<ReplayView> {
    return inTransaction(this.dataSource, (sql) => startReplay(sql, asked));
  }

  @Answers(listRpc)
  list(asked: { accountId: string; subscriptionId: string }): Promise<ReplayView[]> {
    return listReplays(sqlOf(this.dataSource), asked);
  }

  @Answers(cancelRpc)
  cancel(asked: OneDelivery): Promise<ReplayView> {
    return cancelReplay(sqlOf(this.dataSource), asked);
  }
}
