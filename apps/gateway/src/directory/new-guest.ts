import type { TemplateHead } from '@qflow/contracts';
import type { NewIds } from '../idempotency/new-ids.js';
import { utc } from './given-columns.js';
import type { CreateGuest } from './guest.dto.js';
import type { StoredGuest } from './guest-row.js';
import { mintBarcode } from './mint-barcode.js';

/** Ids that a guest, and the send that creating it may ask for, get where the caller gives none. */
export interface MintedGuestIds {
  guestId: string;
  sendId: string;
  /** A repetition of the request gets the same ones: a guest may have them already. */
  repeatable: boolean;
}

/**
 * Always both, needed or not: a repetition of the request gets the same ones, whatever has become of its template
 * meanwhile.
 */
export const mintGuestIds = (ids: NewIds): MintedGuestIds => ({
  guestId: ids.next(),
  sendId: ids.next(),
  repeatable: ids.repeatable,
});

/** The row of a guest that is about to be stored. A send is planned where there is a template. */
export function newGuest(
  accountId: string,
  guest: CreateGuest,
  template: TemplateHead | null,
  { guestId, sendId }: MintedGuestIds,
): StoredGuest {
  const now = new Date().toISOString();
  return {
    account_id: accountId,
    id: guest.id ?? guestId,
    event_id: guest.eventId,
    first_name: guest.firstName ?? '',
    other_names: guest.otherNames ?? '',
    last_name: guest.lastName ?? '',
    email: guest.email ?? null,
    plus_ones: guest.plusOnes ?? 0,
    additional_info: guest.additionalInfo ?? '',
    barcode: guest.barcode ?? mintBarcode(),
    tags: guest.tags ?? '',
    custom_fields: guest.customFields ?? {},
    valid_from: guest.validFrom ? utc(guest.validFrom) : null,
    valid_to: guest.validTo ? utc(guest.validTo) : null,
    correlation_id: guest.correlationId ?? null,
    comms_template_id: template?.id ?? null,
    template_version: template?.version ?? null,
    send_id: template && sendId,
    created_at: now,
    updated_at: now,
    rsvp: null,
  };
}
