import type { MergeData } from '@qflow/contracts';
import type { Links } from '../links/links.js';
import type { EventView } from './event.dto.js';
import type { GuestRow } from './guest-row.js';

/** A snapshot of what a template may show, so that the send can be finished whatever changes meanwhile. */
export const mergeDataOf = (guest: GuestRow, event: EventView, links: Links): MergeData => ({
  guest: {
    firstName: guest.first_name,
    otherNames: guest.other_names,
    lastName: guest.last_name,
    email: guest.email ?? '',
    barcode: guest.barcode,
    plusOnes: guest.plus_ones,
    additionalInfo: guest.additional_info,
    tags: guest.tags,
    customFields: guest.custom_fields,
  },
  event: {
    title: event.title,
    startTime: event.startTime,
    endTime: event.endTime,
    timeZoneId: event.timeZoneId,
    companyName: event.companyName ?? '',
  },
  links: {
    barcodeQrUrl: links.barcodeQr(guest.barcode),
    ...links.rsvp({ accountId: guest.account_id, guestId: guest.id }, event.endTime),
  },
});
