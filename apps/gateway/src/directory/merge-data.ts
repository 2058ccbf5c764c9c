import type { MergeData } from '@qflow/contracts';
import type { Links } from '../links/links.js';
import type { EventView } from './event.dto.js';
import type { GuestRow } from './guest-row.js';

/** What a template may show of a guest and an event as they are. */
export const factsOf = (guest: GuestRow, event: EventView): Pick<MergeData, 'guest' | 'event'> => ({
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
});

/** A snapshot of what the e-mail of one send may show, so that it can be finished whatever changes meanwhile. */
export const mergeDataOf = (guest: GuestRow, event: EventView, sendId: string, links: Links): MergeData => ({
  ...factsOf(guest, event),
  links: {
    barcodeQrUrl: links.barcodeQr(guest.barcode),
    ...links.rsvp({ accountId: guest.account_id, guestId: guest.id }, event.endTime),
    unsubscribeUrl: links.unsubscribe({ accountId: guest.account_id, sendId }),
  },
});
