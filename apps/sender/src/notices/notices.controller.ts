import { Controller, Inject } from '@nestjs/common';
import { noticeMailV1, type NoticeMailV1 } from '@qflow/contracts';
import { Consume, dead, done, type Incoming, type Outcome } from '@qflow/messaging';
import { sqlOf } from '@qflow/persistence';
import { DataSource } from 'typeorm';
import { SENDER_CONFIG, type SenderConfig } from '../config.js';
import { storeNotices } from './claim-notice.js';

/** Takes notices from the stream. */
@Controller()
export class NoticesController {
  constructor(
    @Inject(SENDER_CONFIG) private readonly config: SenderConfig,
    private readonly dataSource: DataSource,
  ) {}

  /** Done as soon as they are stored: from then on the table, not the stream, answers for them. */
  @Consume(noticeMailV1, { durable: 'sender-notices', maxBatch: 32, concurrency: 1 })
  async handle(batch: Incoming<NoticeMailV1>[]): Promise<Outcome[]> {
    // On the DEAD stream an operator finds them; the account has its notice in the app in any case.
    if (!this.config.PLATFORM_FROM_ADDRESS)
      return batch.map(() => dead('PLATFORM_FROM_ADDRESS is not set: notices cannot be mailed'));
    await storeNotices(
      sqlOf(this.dataSource),
      batch.map(({ message }) => message),
    );
    return batch.map(() => done);
  }
}
