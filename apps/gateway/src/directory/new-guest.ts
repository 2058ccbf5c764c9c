import type { TemplateHead } from '@qflow/contracts';
import { v7 as uuidv7 } from 'uuid';
import type { CreateGuest } from './guest.dto.js';
import type { GuestRow } from './guest-row.js';
import { mintBarcode } from './mint-barcode.js';

/** The row of a guest that is about to be stored. A send is planned where there is a template. */
export function newGuest(accountId: string, guest: CreateGuest, template: TemplateHead | null): GuestRow {
  const now = new Date().toISOString();
  return {
    account_id: accountId,
    id: guest.id ?? uuidv7(),
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
    valid_from: utc(guest.validFrom),
    valid_to: utc(guest.validTo),
    correlation_id: guest.correlationId ?? null,
    comms_template_id: template?.id ?? null,
    template_version: template?.version ?? null,
    send_id: template ? uuidv7() : null,
    created_at: now,
    updated_at: now,
  };
}

/** The same instant, as every answer writes it. */
const utc = (instant: string | undefined): string | null =>
  instant === undefined ? null : new Date(instant).toISOString();
