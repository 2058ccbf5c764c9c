import { Inject, Injectable, type BeforeApplicationShutdown } from '@nestjs/common';
import {
  CodedError,
  invalidField,
  sendRequestedKey,
  sendRequestedV1,
  type SendRequestedV1,
  type TemplateHead,
} from '@qflow/contracts';
import { headersOfContext, requestContext } from '@qflow/messaging';
import { GroupCommit, OutboxRelay, sqlOf, type OutboxEntry } from '@qflow/persistence';
import { DataSource } from 'typeorm';
import { TemplateHeads } from '../comms/template-heads.js';
import { AccountAccess } from '../identity/account-access.js';
import { Links } from '../links/links.js';
import type { EventView } from './event.dto.js';
import { Events } from './events.js';
import type { CreateGuest, GuestView } from './guest.dto.js';
import { findGuest, guestView, type GuestRow } from './guest-row.js';
import { mergeDataOf } from './merge-data.js';
import { newGuest } from './new-guest.js';
import { storeGuests, type GuestOutcome, type PendingGuest } from './store-guests.js';

/** Beyond this many messages on their way to the stream a promise of an e-mail would be worth little. */
const maxOutboxLag = 15_000;

/** What the checks before storing have found. */
interface Approval {
  event: EventView;
  template: TemplateHead | null;
}

/**
 * The hot path of the platform: checks a guest, stores it together with the message that asks for its e-mail, and
 * answers when both are committed. Guests that arrive together share one transaction.
 */
@Injectable()
export class AcceptGuest implements BeforeApplicationShutdown {
  private readonly commits = new GroupCommit<PendingGuest, GuestOutcome>({
    flush: (guests) => this.flush(guests),
  });

  constructor(
    @Inject(DataSource) private readonly dataSource: DataSource,
    @Inject(OutboxRelay) private readonly relay: OutboxRelay,
    @Inject(AccountAccess) private readonly access: AccountAccess,
    @Inject(Events) private readonly events: Events,
    @Inject(TemplateHeads) private readonly templates: TemplateHeads,
    @Inject(Links) private readonly links: Links,
  ) {}

  /** A caller that hung up does not stop its guest from being stored. */
  async beforeApplicationShutdown(): Promise<void> {
    await this.commits.idle();
  }

  /**
   * @throws CodedError `comms_api_not_enabled`, `trust_required`, `not_found` (event or template),
   * `template_event_mismatch`, `validation_error` (barcode taken), `unavailable`. Nothing is stored then.
   */
  async accept(accountId: string, guest: CreateGuest): Promise<GuestView> {
    let approval: Approval;
    try {
      approval = await this.approve(accountId, guest);
    } catch (refusal) {
      return await this.existing(accountId, guest, refusal);
    }
    const outcome = await this.commits.add(this.pending(accountId, guest, approval));
    if (outcome.is === 'barcode_taken')
      throw invalidField('/barcode', 'belongs to another guest of this event');
    return guestView(outcome.guest);
  }

  private async approve(accountId: string, guest: CreateGuest): Promise<Approval> {
    if (!guest.commsTemplateId)
      return { event: await this.events.require(accountId, guest.eventId), template: null };
    await this.access.requireSending(accountId);
    const event = await this.events.require(accountId, guest.eventId);
    const template = await this.templates.require(accountId, guest.commsTemplateId);
    if (template.eventId !== event.id)
      throw new CodedError(
        'template_event_mismatch',
        'The template belongs to another event than the guest.',
      );
    if (this.relay.lag > maxOutboxLag)
      throw new CodedError(
        'unavailable',
        'Too many e-mails are waiting to be handed over. Try again shortly.',
        {
          retryAfter: 5,
        },
      );
    return { event, template };
  }

  /**
   * An id that is there already is answered as it is, whatever has become of its event, its template or the
   * account's rights: the caller only repeats what was accepted. Looked up only after a refusal, because the insert
   * finds it anyway and nearly every guest is new.
   */
  private async existing(accountId: string, { id }: CreateGuest, refusal: unknown): Promise<GuestView> {
    const guest =
      id && refusal instanceof CodedError && (await findGuest(sqlOf(this.dataSource), accountId, id));
    if (!guest) throw refusal;
    return guestView(guest);
  }

  private pending(accountId: string, guest: CreateGuest, { event, template }: Approval): PendingGuest {
    // The batch is stored outside of this request's context, so its ids are taken along.
    const headers = headersOfContext({
      requestId: requestContext.current()?.requestId ?? '',
      ...(guest.correlationId && { correlationId: guest.correlationId }),
    });
    return {
      row: newGuest(accountId, guest, template),
      ownBarcode: guest.barcode !== undefined,
      send: template && ((row) => this.sendRequest(row, event, headers)),
    };
  }

  private sendRequest(row: GuestRow, event: EventView, headers: Record<string, string>): OutboxEntry {
    const sendId = row.send_id as string;
    const message: SendRequestedV1 = {
      kind: 'send.requested',
      version: 1,
      sendId,
      accountId: row.account_id,
      eventId: row.event_id,
      attendeeId: row.id,
      templateId: row.comms_template_id as string,
      templateVersion: row.template_version as number,
      correlationId: row.correlation_id,
      requestedAt: row.created_at,
      merge: mergeDataOf(row, event, this.links),
    };
    return {
      subject: sendRequestedV1.subject,
      msgId: sendRequestedKey(sendId),
      body: JSON.stringify(message),
      headers,
    };
  }

  private async flush(guests: PendingGuest[]): Promise<GuestOutcome[]> {
    const { outcomes, entries } = await storeGuests(this.dataSource, guests);
    this.relay.publish(entries);
    return outcomes;
  }
}
