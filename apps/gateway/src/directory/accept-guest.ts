import { Inject, Injectable, type BeforeApplicationShutdown } from '@nestjs/common';
import { CodedError } from '@qflow/contracts';
import { requestContext } from '@qflow/messaging';
import { GroupCommit, OutboxRelay, sqlOf, type Sql, type StoredOutboxEntry } from '@qflow/persistence';
import { AcceptedSends } from '@qflow/service';
import { DataSource } from 'typeorm';
import type { NewIds } from '../idempotency/new-ids.js';
import { Links } from '../links/links.js';
import type { CreateGuest, GuestView } from './guest.dto.js';
import { GuestApproval, type Approval } from './guest-approval.js';
import { findGuest, guestView } from './guest-row.js';
import { mintGuestIds, newGuest, type MintedGuestIds } from './new-guest.js';
import { barcodeTaken } from './refusals.js';
import { recordCreated } from './record-accepted.js';
import { sendRequestOf } from './send-request.js';
import { storeNewGuests } from './store-new-guests.js';
import { storeGuests, type GuestOutcome, type PendingGuest } from './store-guests.js';

/** What one statement stores. */
const maxBatch = 200;
/** A statement for every two or three guests would cost each of them more than all the rest of their way. */
const gatherMs = 4;

/**
 * The hot path of the platform: checks a guest, stores it together with the message that asks for its e-mail, and
 * answers when both are committed. Guests that arrive together share one transaction.
 */
@Injectable()
export class AcceptGuest implements BeforeApplicationShutdown {
  private readonly sql: Sql;
  private readonly commits = new GroupCommit<PendingGuest, GuestOutcome>({
    flush: (guests) => this.flush(guests),
    maxBatch,
    gatherMs,
  });

  constructor(
    @Inject(DataSource) private readonly dataSource: DataSource,
    @Inject(OutboxRelay) private readonly relay: OutboxRelay,
    @Inject(GuestApproval) private readonly approval: GuestApproval,
    @Inject(Links) private readonly links: Links,
    @Inject(AcceptedSends) private readonly accepted: AcceptedSends,
  ) {
    this.sql = sqlOf(dataSource);
  }

  /** A caller that hung up does not stop its guest from being stored. */
  async beforeApplicationShutdown(): Promise<void> {
    await this.commits.idle();
  }

  /**
   * @throws CodedError `comms_api_not_enabled`, `trust_required`, `not_found` (event or template),
   * `template_event_mismatch`, `validation_error` (barcode taken), `unavailable`. Nothing is stored then.
   */
  async accept(accountId: string, guest: CreateGuest, ids: NewIds): Promise<GuestView> {
    const minted = mintGuestIds(ids);
    const startedAt = Date.now();
    let approval: Approval;
    try {
      approval = await this.approval.approve(accountId, guest);
    } catch (refusal) {
      return await this.existing(accountId, guest.id ?? (minted.repeatable && minted.guestId), refusal);
    }
    const approvedAt = Date.now();
    const outcome = await this.commits.add(this.pending(accountId, guest, approval, minted));
    if (outcome.is === 'barcode_taken') throw barcodeTaken();
    if (outcome.is === 'created') recordCreated(outcome.guest, { startedAt, approvedAt });
    return guestView(outcome.guest);
  }

  /**
   * An id that is there already is answered as it is, whatever has become of its event, its template or the
   * account's rights: the caller only repeats what was accepted. Looked up only after a refusal, because the insert
   * finds it anyway and nearly every guest is new.
   */
  private async existing(accountId: string, id: string | false, refusal: unknown): Promise<GuestView> {
    const guest =
      id && refusal instanceof CodedError && (await findGuest(sqlOf(this.dataSource), accountId, id));
    if (!guest) throw refusal;
    return guestView(guest);
  }

  private pending(
    accountId: string,
    guest: CreateGuest,
    { event, template }: Approval,
    minted: MintedGuestIds,
  ): PendingGuest {
    // The batch is stored outside of this request's context, so its ids are taken along.
    const context = {
      requestId: requestContext.current()?.requestId ?? '',
      ...(guest.correlationId && { correlationId: guest.correlationId }),
    };
    return {
      row: newGuest(accountId, guest, template, minted),
      ownBarcode: guest.barcode !== undefined,
      send: template && ((row) => sendRequestOf(row, event, this.links, context)),
    };
  }

  private async flush(guests: PendingGuest[]): Promise<GuestOutcome[]> {
    const entries = await storeNewGuests(this.sql, guests);
    if (entries) {
      this.handOver(entries);
      return guests.map(({ row }) => ({ is: 'created', guest: row }));
    }
    const stored = await storeGuests(this.dataSource, guests);
    this.handOver(stored.entries);
    return stored.outcomes;
  }

  private handOver(entries: readonly StoredOutboxEntry[]): void {
    this.relay.publish(entries);
    this.accepted.count('guest', entries.length);
  }
}
