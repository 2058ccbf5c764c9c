import { Controller } from '@nestjs/common';
import {
  getDelivery as getRpc,
  getSubscriptionStats,
  listDeliveries as listRpc,
  listSendDeliveries,
  type DeliveryDetail,
  type DeliveryView,
  type Page,
  type SubscriptionStats,
  type TimelineEntry,
} from '@qflow/contracts';
import { Answers } from '@qflow/messaging';
import { sqlOf } from '@qflow/persistence';
import { DataSource } from 'typeorm';
import { getDelivery, type OneDelivery } from './get-delivery.js';
import { listDeliveries, type ListDeliveries } from './list-deliveries.js';
import { sendDeliveries } from './send-deliveries.js';
import { subscriptionStats } from './subscription-stats.js';

/** Answers the gateway's questions about what was delivered. */
@Controller()
export class LogController {
  constructor(private readonly dataSource: DataSource) {}

  @Answers(listRpc)
  list(asked: ListDeliveries): Promise<Page<DeliveryView>> {
    return listDeliveries(this.dataSource, asked);
  }

  @Answers(getRpc)
  get(asked: OneDelivery): Promise<DeliveryDetail> {
    return getDelivery(sqlOf(this.dataSource), asked);
  }

  @Answers(getSubscriptionStats)
  stats(asked: {
    accountId: string;
    subscriptionId: string;
    since: string | null;
  }): Promise<SubscriptionStats> {
    return subscriptionStats(this.dataSource, asked);
  }

  @Answers(listSendDeliveries)
  ofSend({ accountId, sendId }: { accountId: string; sendId: string }): Promise<TimelineEntry[]> {
    return sendDeliveries(sqlOf(this.dataSource), accountId, sendId);
  }
}
