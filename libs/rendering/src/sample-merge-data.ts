import { sampleGuest } from '@qflow/contracts';
import type { MergeData } from './merge-data.js';

/** A guest and an event that have everything: for previews without a guest, and to try new templates with. */
export const SAMPLE_MERGE_DATA: MergeData = {
  guest: sampleGuest,
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
    unsubscribeUrl: 'https://example.com/unsubscribe/sample',
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
  links: { barcodeQrUrl: '', rsvpYesUrl: '', rsvpNoUrl: '', unsubscribeUrl: '' },
};
