import type { TemplateHead } from '@qflow/contracts';
import type { NewIds } from '../idempotency/new-ids.js';
import { givenColumns } from './given-columns.js';
import type { CreateGuest } from './guest.dto.js';
import type { GuestRow } from './guest-row.js';
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
): GuestRow {
  const now = new Date().toISOString();
  return {
    account_id: accountId,
    id: guest.id ?? guestId,
    event_id: guest.eventId,
    first_name: '',
    other_names: '',
    last_name: '',
    email: null,
    plus_ones: 0,
    additional_info: '',
    barcode: guest.barcode ?? mintBarcode(),
    tags: '',
    custom_fields: {},
    valid_from: null,
    valid_to: null,
    correlation_id: null,
    ...givenColumns(guest),
    comms_template_id: template?.id ?? null,
    template_version: template?.version ?? null,
    send_id: template && sendId,
    created_at: now,
    updated_at: now,
  };
}
