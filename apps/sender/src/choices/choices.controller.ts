import { Controller, Inject } from '@nestjs/common';
import {
  getRecipientStanding,
  recipientChoiceV1,
  type RecipientChoiceV1,
  type RecipientStanding,
} from '@qflow/contracts';
import { Answers, Consume, dead, done, type Incoming, type Outcome } from '@qflow/messaging';
import { OutboxRelay, sqlOf } from '@qflow/persistence';
import { LOGGER } from '@qflow/service';
import type { Logger } from 'pino';
import { DataSource } from 'typeorm';
import { movingSends } from '../sends/moving-sends.js';
import { recipientStanding } from './recipient-standing.js';
import { recordChoices } from './record-choices.js';

/** The durable consumer of recipients' choices. */
export const choicesConsumer = 'sender-choices';

const isKnown = ({ choice }: RecipientChoiceV1): boolean =>
  choice === 'unsubscribe' || choice === 'resubscribe';

/** Takes recipients' choices from the stream, and answers what the page behind an unsubscribe link shows. */
@Controller()
export class ChoicesController {
  constructor(
    private readonly dataSource: DataSource,
    private readonly relay: OutboxRelay,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  @Consume(recipientChoiceV1, { durable: choicesConsumer, maxBatch: 64 })
  async handle(batch: Incoming<RecipientChoiceV1>[]): Promise<Outcome[]> {
    const choices = batch.map(({ message }) => message).filter(isKnown);
    const { entries, ofNoSend } = await movingSends(this.dataSource, (sql, moves) =>
      recordChoices(sql, choices, moves),
    );
    this.relay.publish(entries);
    for (const { id, accountId, sendId, choice } of ofNoSend)
      this.logger.warn(
        { choiceId: id, accountId, sendId, choice },
        'choice of a recipient ignored: the account has no such send',
      );
    return batch.map(({ message }) =>
      isKnown(message)
        ? done
        : dead(`choice ${JSON.stringify(message.choice)} is neither unsubscribe nor resubscribe`),
    );
  }

  @Answers(getRecipientStanding)
  standing({ accountId, sendId }: { accountId: string; sendId: string }): Promise<RecipientStanding | null> {
    return recipientStanding(sqlOf(this.dataSource), accountId, sendId);
  }
}
