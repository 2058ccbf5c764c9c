import type { MergeData } from './merge-data.js';

/** A guest and an event that have everything: for previews without a guest, and to try new templates with. */
export const SAMPLE_MERGE_DATA: MergeData = {
  guest: {
    firstName: 'Zoë',
    otherNames: 'Alexandra',
    lastName: 'O’Brien',
    email: 'zoe.obrien@example.com',
    barcode: 'QF7K2M9X4T8B1ZDA',
    plusOnes: 2,
    additionalInfo: 'Vegetarian\nStep-free access',
    tags: '{tickettype}VIP,{tickettype}Dinner,{session}Opening keynote,{session}Workshop A,Speaker,Press',
    customFields: { '1': 'Table 12', '2': 'Black tie', '3': 'Hall B' },
  },
  event: {
    title: 'Spring Gala & Awards',
    startTime: '2026-04-29T18:30:00',
    endTime: '2026-04-29T23:00:00',
    timeZoneId: 'Europe/London',
    companyName: 'Northwind Events Ltd',
  },
  links: {
    barcodeQrUrl: 'https://example.com/qr/sample.png',
    rsvpYesUrl: 'https://example.com/rsvp/sample?answer=yes',
    rsvpNoUrl: 'https://example.com/rsvp/sample?answer=no',
  },
};

/** A guest and an event of which nothing is known. */
export const EMPTY_MERGE_DATA: MergeData = {
  guest: {
    firstName: '',
    otherNames: '',
    lastName: '',
    email: '',
    barcode: '',
    plusOnes: 0,
    additionalInfo: '',
    tags: '',
    customFields: {},
  },
  event: { title: '', startTime: '', endTime: '', timeZoneId: '', companyName: '' },
  links: { barcodeQrUrl: '', rsvpYesUrl: '', rsvpNoUrl: '' },
};
