import { Controller, Inject } from '@nestjs/common';
import { endpointEventV1, type CommsEventV1 } from '@qflow/contracts';
import { Consume, dead, done, type Incoming, type Outcome } from '@qflow/messaging';
import { inTransaction, OutboxRelay } from '@qflow/persistence';
import { LOGGER } from '@qflow/service';
import type { Logger } from 'pino';
import { DataSource } from 'typeorm';
import { GATEWAY_CONFIG, type GatewayConfig } from '../config.js';
import { noticeKinds } from './endpoint-notice.js';
import { keepNotices, type EndpointEvent } from './keep-notices.js';

/** Takes operational events from the stream, and nothing else that is on it. */
@Controller()
export class EndpointEventsController {
  constructor(
    @Inject(DataSource) private readonly dataSource: DataSource,
    @Inject(OutboxRelay) private readonly relay: OutboxRelay,
    @Inject(GATEWAY_CONFIG) private readonly config: Pick<GatewayConfig, 'PUBLIC_URL'>,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  @Consume(endpointEventV1, { durable: 'gateway-notices', maxBatch: 32, concurrency: 1 })
  async handle(batch: Incoming<CommsEventV1>[]): Promise<Outcome[]> {
    const events = batch.map(({ message }) => told(message));
    const known = events.filter((event) => event !== null);
    const mails = await inTransaction(this.dataSource, (sql) =>
      keepNotices(sql, known, this.config.PUBLIC_URL),
    );
    this.relay.publish(mails);
    if (mails.length > 0) this.logger.info({ mails: mails.length }, 'users are told of a disabled webhook');
    return events.map((event) => (event ? done : dead('it is no event of an endpoint that is known here')));
  }
}

/** Null where a newer version of the webhooks service says something that this one has no words for. */
function told({ id, accountId, createdAt, type, data: { endpoint } }: CommsEventV1): EndpointEvent | null {
  const kind = noticeKinds.find((one) => one === type);
  return kind && endpoint ? { id, accountId, createdAt, kind, report: endpoint } : null;
}
