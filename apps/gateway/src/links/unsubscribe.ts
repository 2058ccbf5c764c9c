import { Inject, Injectable } from '@nestjs/common';
import { CodedError, getRecipientStanding, type RecipientStanding } from '@qflow/contracts';
import { RpcClient } from '@qflow/messaging';
import { OutboxRelay, sqlOf } from '@qflow/persistence';
import { LOGGER, Metrics } from '@qflow/service';
import type { Logger } from 'pino';
import { DataSource } from 'typeorm';
import type { PostedChoice } from './read-choice.js';
import { newestChoice, storeChoice, type StoredChoice } from './store-choice.js';
import type { Subscription } from './unsubscribe-pages.js';
import type { UnsubscribeLink } from './unsubscribe-token.js';

/** The page says less without an answer, but somebody waits for it. */
const patienceMs = 2_000;

/** What recipients choose on the page behind the unsubscribe link of an e-mail. */
@Injectable()
export class Unsubscribe {
  private readonly choices: ReturnType<Metrics['counter']>;

  constructor(
    @Inject(DataSource) private readonly dataSource: DataSource,
    @Inject(OutboxRelay) private readonly relay: OutboxRelay,
    @Inject(RpcClient) private readonly rpc: RpcClient,
    @Inject(LOGGER) private readonly logger: Logger,
    @Inject(Metrics) metrics: Metrics,
  ) {
    this.choices = metrics.counterFrom0(
      'qflow_recipient_choices_total',
      'Choices of recipients, by what they chose and where.',
      ['choice', 'by'],
      [
        { choice: 'unsubscribe', by: 'one-click' },
        { choice: 'unsubscribe', by: 'page' },
        { choice: 'resubscribe', by: 'page' },
      ],
    );
  }

  /** Looks, and changes nothing. */
  async look(link: UnsubscribeLink): Promise<Subscription> {
    const [own, standing] = await Promise.all([
      newestChoice(sqlOf(this.dataSource), link),
      this.standing(link),
    ]);
    return { state: stateOf(own, standing), mail: standing && (await this.mail(link, standing)) };
  }

  /** Stores a choice; the sender hears of it, now or when it is there again. */
  async choose(link: UnsubscribeLink, posted: PostedChoice): Promise<void> {
    this.relay.publish(await storeChoice(this.dataSource, link, posted));
    this.choices.inc({ ...posted });
    this.logger.info({ ...link, ...posted }, 'a recipient has chosen');
  }

  /** Null also where the send is not known (yet): our seal on the link says that there was one. */
  private async standing(link: UnsubscribeLink): Promise<RecipientStanding | null> {
    try {
      return await this.rpc.ask(getRecipientStanding, { ...link }, { timeoutMs: patienceMs });
    } catch (err) {
      if (!(err instanceof CodedError)) throw err;
      this.logger.warn(
        { err, ...link },
        'an unsubscribe page is shown without names: no answer from the sender',
      );
      return null;
    }
  }

  private async mail(
    { accountId }: UnsubscribeLink,
    { address, eventId }: RecipientStanding,
  ): Promise<Subscription['mail']> {
    const [event] = await sqlOf(this.dataSource)<{ title: string; companyName: string | null }>(
      'SELECT title, company_name AS "companyName" FROM events WHERE account_id = $1 AND id = $2',
      [accountId, eventId],
    );
    return { address, title: event?.title ?? null, companyName: event?.companyName ?? null };
  }
}

/**
 * A choice that the sender has not heard of yet is newer than all that it knows, so nobody is shown what they have just
 * changed. Afterwards the sender knows better: there may have been other e-mails, with links of their own.
 */
function stateOf(own: StoredChoice | undefined, standing: RecipientStanding | null): Subscription['state'] {
  const decidedAt = standing?.decidedAt ?? null;
  const isResubscribed = own?.choice === 'resubscribe' && own.at === decidedAt;
  if (own && (decidedAt === null || own.at > decidedAt))
    return own.choice === 'unsubscribe' ? 'unsubscribed' : 'resubscribed';
  if (standing?.unsubscribed) return 'unsubscribed';
  return isResubscribed ? 'resubscribed' : 'subscribed';
}
