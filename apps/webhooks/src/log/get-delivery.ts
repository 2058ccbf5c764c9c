import type { DeliveryDetail } from '@qflow/contracts';
import type { Sql } from '@qflow/persistence';
import { ownSubscription } from '../subscriptions/own-subscription.js';
import { findDelivery, unknownDelivery } from './find-delivery.js';
import { viewDelivery } from './view-deliveries.js';

/** One delivery of a subscription's log, as its account names it. */
export interface OneDelivery {
  accountId: string;
  subscriptionId: string;
  id: string;
}

/** @throws CodedError `not_found` */
export async function getDelivery(
  sql: Sql,
  { accountId, subscriptionId, id }: OneDelivery,
): Promise<DeliveryDetail> {
  await ownSubscription(sql, { accountId, id: subscriptionId });
  const row = await findDelivery(sql, subscriptionId, id);
  if (!row) throw unknownDelivery();
  return { ...(await viewDelivery(sql, row)), body: row.body };
}
