import { Controller } from '@nestjs/common';
import { commsEventV1, type CommsEventV1 } from '@qflow/contracts';
import { Consume, done, type Incoming, type Outcome } from '@qflow/messaging';
import { inTransaction } from '@qflow/persistence';
import { DataSource } from 'typeorm';
import { storeDeliveries } from '../deliveries/store-deliveries.js';
import { DeliveryDispatcher } from './delivery-dispatcher.js';

/** Takes customer events from the stream. */
@Controller()
export class EventsController {
  constructor(
    private readonly dataSource: DataSource,
    private readonly dispatcher: DeliveryDispatcher,
  ) {}

  /** Done once the deliveries are durable; their first attempts start right after, in the same turn. */
  @Consume(commsEventV1, { durable: 'webhooks-events' })
  async handle(batch: Incoming<CommsEventV1>[]): Promise<Outcome[]> {
    const events = batch.map(({ message }) => message);
    const claimed = await inTransaction(this.dataSource, (sql) =>
      storeDeliveries(sql, events, (subscriptionId) => this.dispatcher.roomFor(subscriptionId)),
    );
    this.dispatcher.dispatch(claimed);
    return batch.map(() => done);
  }
}
