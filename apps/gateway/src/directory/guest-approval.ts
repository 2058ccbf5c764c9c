import { Inject, Injectable } from '@nestjs/common';
import { CodedError, type TemplateHead } from '@qflow/contracts';
import { OutboxRelay } from '@qflow/persistence';
import { TemplateHeads } from '../comms/template-heads.js';
import { AccountAccess } from '../identity/account-access.js';
import type { EventView } from './event.dto.js';
import { Events } from './events.js';

/** Beyond this many messages on their way to the stream a promise of an e-mail would be worth little. */
const maxOutboxLag = 15_000;

/** What the checks before storing have found. */
export interface Approval {
  event: EventView;
  template: TemplateHead | null;
}

/** What has to be so before a guest is stored, and its e-mail asked for. */
@Injectable()
export class GuestApproval {
  constructor(
    @Inject(OutboxRelay) private readonly relay: OutboxRelay,
    @Inject(AccountAccess) private readonly access: AccountAccess,
    @Inject(Events) private readonly events: Events,
    @Inject(TemplateHeads) private readonly templates: TemplateHeads,
  ) {}

  /**
   * @throws CodedError `not_found` (event or template), `comms_api_not_enabled`, `trust_required`,
   * `template_event_mismatch`, `unavailable`
   */
  async approve(
    accountId: string,
    { eventId, commsTemplateId }: { eventId: string; commsTemplateId?: string },
  ): Promise<Approval> {
    if (!commsTemplateId) return { event: await this.event(accountId, eventId), template: null };
    await this.access.requireSending(accountId);
    const event = await this.event(accountId, eventId);
    return { event, template: await this.template(accountId, event, commsTemplateId) };
  }

  /** @throws CodedError `not_found` */
  event(accountId: string, eventId: string): Promise<EventView> {
    return this.events.require(accountId, eventId);
  }

  /**
   * A template that guests of this event may be sent.
   * @throws CodedError as {@link approve}, but for the event
   */
  async template(accountId: string, event: EventView, templateId: string): Promise<TemplateHead> {
    await this.access.requireSending(accountId);
    const template = await this.templates.require(accountId, templateId);
    if (template.eventId !== event.id)
      throw new CodedError(
        'template_event_mismatch',
        'The template belongs to another event than the guest.',
      );
    if (this.relay.lag > maxOutboxLag)
      throw new CodedError(
        'unavailable',
        'Too many e-mails are waiting to be handed over. Try again shortly.',
        { retryAfter: 5 },
      );
    return template;
  }
}
