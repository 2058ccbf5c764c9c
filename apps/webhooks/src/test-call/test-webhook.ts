import { Injectable } from '@nestjs/common';
import { statusOf, type CommsEventV1, type TestResult } from '@qflow/contracts';
import { sqlOf } from '@qflow/persistence';
import { DataSource } from 'typeorm';
import { v7 as uuidv7 } from 'uuid';
import { storeTestDelivery } from '../deliveries/store-deliveries.js';
import { DeliveryDispatcher } from '../dispatch/delivery-dispatcher.js';
import { findDefaultWebhook, noWebhook } from '../subscriptions/default-webhook.js';

/** Fires `comms.test` at the account's webhook: stored, signed, posted and logged like any event, but only once. */
@Injectable()
export class TestWebhook {
  constructor(
    private readonly dataSource: DataSource,
    private readonly dispatcher: DeliveryDispatcher,
  ) {}

  /** @throws CodedError `not_found` */
  async fire(accountId: string): Promise<TestResult> {
    const sql = sqlOf(this.dataSource);
    const webhook = await findDefaultWebhook(sql, accountId);
    if (!webhook) throw noWebhook();
    const event = testEvent(accountId);
    const delivery = await storeTestDelivery(sql, event, webhook);
    const { delivered, statusCode, durationMs, error } = await this.dispatcher.attemptNow(delivery);
    return { id: event.id, delivered, statusCode, durationMs, error };
  }
}

const testEvent = (accountId: string): CommsEventV1 => ({
  kind: 'comms.event',
  version: 1,
  id: uuidv7(),
  type: 'comms.test',
  accountId,
  createdAt: new Date().toISOString(),
  data: {
    attendeeId: null,
    templateId: null,
    attendeeInvitationId: null,
    status: statusOf('comms.test'),
    error: null,
    correlationId: null,
  },
});
