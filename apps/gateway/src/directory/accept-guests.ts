import { Inject, Injectable, type BeforeApplicationShutdown } from '@nestjs/common';
import { CodedError, invalidField, type TemplateHead } from '@qflow/contracts';
import { requestContext } from '@qflow/messaging';
import { GroupCommit, OutboxRelay, type OutboxEntry } from '@qflow/persistence';
import { AcceptedSends } from '@qflow/service';
import { DataSource } from 'typeorm';
import type { NewIds } from '../idempotency/new-ids.js';
import { Links } from '../links/links.js';
import { itemErrorOf } from '../problem/item-error.js';
import type { Item } from '../validation/valid-items.js';
import type { BulkGuest, GuestResult } from './bulk-guest.dto.js';
import type { EventView } from './event.dto.js';
import { GuestApproval } from './guest-approval.js';
import { guestView, type GuestRow } from './guest-row.js';
import { mintGuestIds, newGuest, type MintedGuestIds } from './new-guest.js';
import type { GuestItem, ItemOutcome } from './plan-upsert.js';
import { recordCreated } from './record-accepted.js';
import { sendRequestOf } from './send-request.js';
import { upsertGuests, type GuestBulk } from './upsert-guests.js';

/** A template that guests may be sent, or why not. */
type TemplateVerdict = TemplateHead | CodedError;

/** Creates and updates up to two hundred guests of one event; each call is a transaction of its own. */
@Injectable()
export class AcceptGuests implements BeforeApplicationShutdown {
  /** No company for a call that is a crowd itself: this only bounds how many run, and how many wait. */
  private readonly commits = new GroupCommit<GuestBulk, ItemOutcome[]>({
    flush: (bulks) => Promise.all(bulks.map((bulk) => this.store(bulk))),
    maxBatch: 1,
    parallel: 3,
    // About a second of work.
    maxQueue: 20,
  });

  constructor(
    @Inject(DataSource) private readonly dataSource: DataSource,
    @Inject(OutboxRelay) private readonly relay: OutboxRelay,
    @Inject(GuestApproval) private readonly approval: GuestApproval,
    @Inject(Links) private readonly links: Links,
    @Inject(AcceptedSends) private readonly accepted: AcceptedSends,
  ) {}

  async beforeApplicationShutdown(): Promise<void> {
    await this.commits.idle();
  }

  /**
   * @returns one result per item, in order: a bad item fails alone
   * @throws CodedError `not_found` (the event), `unavailable`. Nothing is stored then.
   */
  async accept(
    accountId: string,
    eventId: string,
    items: readonly Item<BulkGuest>[],
    ids: NewIds,
  ): Promise<GuestResult[]> {
    const startedAt = Date.now();
    const event = await this.approval.event(accountId, eventId);
    const verdicts = await this.templates(accountId, event, items);
    const candidates = items.map((item) => candidateOf(accountId, event, item, mintGuestIds(ids), verdicts));
    const good = candidates.filter((candidate): candidate is GuestItem => !(candidate instanceof CodedError));
    const approvedAt = Date.now();
    const outcomes = good.length > 0 ? await this.commits.add(this.bulkOf(accountId, event, good)) : [];
    for (const outcome of outcomes)
      if (outcome.is === 'created') recordCreated(outcome.guest, { startedAt, approvedAt });
    let next = 0;
    return candidates.map((candidate, index) =>
      resultOf(
        items[index] as Item<BulkGuest>,
        candidate instanceof CodedError
          ? { is: 'rejected', error: candidate }
          : (outcomes[next++] as ItemOutcome),
      ),
    );
  }

  /** Each template is asked after once, however many guests are to get it. */
  private async templates(
    accountId: string,
    event: EventView,
    items: readonly Item<BulkGuest>[],
  ): Promise<Map<string, TemplateVerdict>> {
    const asked = new Set(items.flatMap((item) => ('value' in item && item.value.commsTemplateId) || []));
    const verdicts = await Promise.all([...asked].map((id) => this.verdict(accountId, event, id)));
    return new Map([...asked].map((id, index) => [id, verdicts[index] as TemplateVerdict]));
  }

  private async verdict(accountId: string, event: EventView, templateId: string): Promise<TemplateVerdict> {
    try {
      return await this.approval.template(accountId, event, templateId);
    } catch (error) {
      // A service that does not answer is no verdict on an item: the whole call may be repeated.
      if (error instanceof CodedError && error.status < 500) return error;
      throw error;
    }
  }

  private bulkOf(accountId: string, event: EventView, items: GuestItem[]): GuestBulk {
    const requestId = requestContext.current()?.requestId ?? '';
    const send = (row: GuestRow): OutboxEntry | null => {
      if (!row.send_id) return null;
      const correlationId = row.correlation_id;
      return sendRequestOf(row, event, this.links, { requestId, ...(correlationId && { correlationId }) });
    };
    return { accountId, eventId: event.id, items, send };
  }

  private async store(bulk: GuestBulk): Promise<ItemOutcome[]> {
    const { outcomes, entries } = await upsertGuests(this.dataSource, bulk);
    this.relay.publish(entries);
    this.accepted.count('guest_bulk', entries.length);
    return outcomes;
  }
}

/** What is to become of an item, or why nothing is, as far as that can be told without looking at other guests. */
function candidateOf(
  accountId: string,
  event: EventView,
  item: Item<BulkGuest>,
  minted: MintedGuestIds,
  verdicts: ReadonlyMap<string, TemplateVerdict>,
): GuestItem | CodedError {
  if ('error' in item) return item.error;
  const given = item.value;
  if (given.eventId !== undefined && given.eventId !== event.id)
    return invalidField('/eventId', 'must be the event of the address, or left out');
  const template = given.commsTemplateId ? (verdicts.get(given.commsTemplateId) as TemplateVerdict) : null;
  return {
    id: given.id ?? minted.guestId,
    isFresh: given.id === undefined && !minted.repeatable,
    given,
    create:
      template instanceof CodedError
        ? template
        : () => newGuest(accountId, { ...given, eventId: event.id }, template, minted),
  };
}

function resultOf(item: Item<BulkGuest>, outcome: ItemOutcome): GuestResult {
  const { index } = item;
  if (outcome.is !== 'rejected')
    return { index, id: outcome.guest.id, status: outcome.is, guest: guestView(outcome.guest) };
  const id = 'error' in item ? item.id : (item.value.id ?? null);
  return { index, id, status: 'rejected', error: itemErrorOf(outcome.error) };
}
